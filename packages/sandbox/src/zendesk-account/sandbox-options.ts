import type { Credentials, Plan } from './account-plan.ts'
import type { FaultKind } from './faults/fault-kinds.ts'
import type { Unknowns } from './unknowns.ts'

/**
 * What the account holds at the start. Attributes are named as in Zendesk's API; all users but the API's own come from
 * here.
 */
export interface AccountBefore {
  readonly users?: readonly { readonly id?: number; readonly name: string }[]
  readonly groups?: readonly {
    readonly id: number
    readonly name: string
    readonly default?: boolean
    readonly description?: string
  }[]
  readonly memberships?: readonly {
    readonly id?: number
    readonly user_id: number
    readonly group_id: number
    readonly default?: boolean
  }[]
  readonly organizations?: readonly { readonly id: number; readonly name: string }[]
  readonly brands?: readonly {
    readonly id: number
    readonly name: string
    readonly subdomain: string
    readonly default?: boolean
  }[]
  /** Without the rules by which tickets come about: closed ones, or those of agents who have left. */
  readonly tickets?: readonly { readonly requester_id: number; readonly [attribute: string]: unknown }[]
  readonly customRoles?: readonly {
    readonly id: number
    readonly name: string
    readonly role_type: number
  }[]
  readonly userFields?: readonly {
    readonly id: number
    readonly key: string
    readonly title: string
    readonly type: string
    readonly target?: string
    readonly options?: readonly { readonly name: string; readonly value: string }[]
  }[]
}

export interface SandboxOptions {
  /** PEM texts: speaks https then. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Default 0: one that is free. */
  readonly port?: number
  readonly host?: string
  readonly plan?: Plan
  /** Limits are always those of real time; `off` does without any, the 30 job statuses apart. */
  readonly limits?: 'on' | 'off'
  /** How many times faster job statuses, the search index and lost batches are than Zendesk's. Default 1. */
  readonly clock?: number
  readonly answerDelayMs?: number
  /** Whether Zendesk Support has switched on bulk user import. Default false, as with Zendesk. */
  readonly bulkImport?: boolean
  readonly seed?: number
  readonly credentials?: Partial<Credentials>
  /** Scopes that the OAuth client may ask for, `read` standing for all `…:read` as well. Default: all. */
  readonly clientScopes?: readonly string[]
  /** In place of what a token request asks for. */
  readonly tokenLifetimeSeconds?: number
  /** Agents and admins that may exist, light agents and contributors apart. Default: without limit. */
  readonly seats?: number
  /** Whether who joins the team is in no brand by that, in place of all of them. Default false. */
  readonly departmentSpaces?: boolean
  /** Whether a user may be in several organizations. Default false, as with Zendesk. */
  readonly severalOrganizations?: boolean
  /** Default 15 s divided by `clock`. */
  readonly searchLagMs?: number
  /** `2024` (ratelimit-…) or `2023` (rate-limit-…). */
  readonly headerSpelling?: '2023' | '2024'
  readonly unknowns?: Partial<Unknowns>
  readonly before?: AccountBefore
  /** Faults by chance: `rate` is the share of the requests, 0 to 1. */
  readonly faults?: { readonly rate: number; readonly kinds: FaultKind[]; readonly seed?: number }
}
