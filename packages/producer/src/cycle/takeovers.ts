import { whyNotAdopt } from '@provisioner/shared/adoption/why-not-adopt.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import { formatHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isWithheld } from '@provisioner/zendesk/errors.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import type { Consent } from '../plan/change.ts'
import { chooseValues } from '../plan/choose-values.ts'
import { linkBasis } from '../plan/guarded-parts.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { patternOfIdentities } from './find-protected.ts'
import { patternOf } from './protection.ts'

/** A user of Zendesk that was found for an entry. */
export interface Hit {
  readonly wanted: WantedUser
  readonly found: FoundUser
}

/**
 * What keeps an entry from simply being linked to the user that was found: a protection, or the want of an admin's
 * word.
 */
export type Takeover = { readonly problem: Problem } | { readonly consent: Consent }

export interface TakeoverSources {
  readonly zendesk: Pick<ZendeskClient, 'identities' | 'memberships'>
  readonly protection: ProtectedUsers
  /** Zendesk ids that are known to be protected → the pattern of `accounts.*.protect`. */
  readonly known: ReadonlyMap<number, string>
  /** Collects the users whose protection is told by an address. */
  readonly followed: Map<number, string>
  /** Zendesk's id of the user whose credentials are used. */
  readonly apiUserId: number | null
  /** Undefined where they can't be read. */
  readonly listGroups: () => Promise<readonly Group[] | undefined>
  /** What is held at present: who is shown there already is not looked at again. */
  readonly held: readonly HeldChange[]
}

/** Judges each hit; those that may be linked without ado are left out. @param hits by the entry's id */
export async function judgeTakeovers(
  hits: ReadonlyMap<string, Hit>,
  sources: TakeoverSources,
  signal: AbortSignal,
): Promise<Map<string, Takeover>> {
  const takeovers = new Map<string, Takeover>()
  if (hits.size === 0) return takeovers
  for (const [id, { wanted: candidate, found }] of hits) {
    const wanted = chooseValues(candidate, [found.applied.attributes])
    const { role } = found.applied.attributes
    const isTeam = isTeamRole(role)
    const pattern =
      patternOf({ applied: found.applied.attributes, zendeskId: found.zendeskId }, sources) ??
      (isTeam ? await patternUnlessWithheld(found.zendeskId, sources, signal) : undefined)
    if (pattern === WITHHELD) {
      takeovers.set(id, { problem: addressesUnread(wanted, found) })
      continue
    }
    if (pattern !== undefined) {
      sources.followed.set(found.zendeskId, pattern)
      takeovers.set(id, { problem: protectedUser(wanted, found, pattern) })
      continue
    }
    const user = { id: found.zendeskId, role: typeof role === 'string' ? role : null }
    const why = whyNotAdopt(user, wanted.attributes['role'], sources.apiUserId)
    if (why === undefined) continue
    const key = formatHeldKey({ kind: 'user', id, part: 'link' })
    const before = sources.held.find((held) => held.key === key)
    const isShown = before?.print === fingerprint(linkBasis(found.zendeskId, why))
    const cause = isShown ? before.cause : `${why}, ${await describe(found, sources, signal)}`
    takeovers.set(id, { consent: { category: 'adoptions', about: why, cause } })
  }
  return takeovers
}

/** Whom an admin would hand to the entry: last sign-in and groups, as far as Zendesk tells. */
async function describe(
  { zendeskId, name, lastLoginAt }: FoundUser,
  { zendesk, listGroups }: TakeoverSources,
  signal: AbortSignal,
): Promise<string> {
  const signIn = lastLoginAt === null ? 'never signed in' : `last sign-in ${lastLoginAt.slice(0, 10)}`
  const memberships = await zendesk.memberships.ofUser(zendeskId, { signal }).catch((error: unknown) => {
    if (isWithheld(error)) return undefined
    throw error
  })
  const ids = new Set(memberships?.map((membership) => membership.group_id))
  const all = ids.size > 0 ? await listGroups() : []
  const names = all?.flatMap(({ id, name }) => (ids.has(id) ? [name] : []))
  const groups =
    memberships === undefined || names === undefined ? 'groups unknown' : `groups: ${names.join(', ') || 'none'}`
  return `Zendesk user ${zendeskId} '${name ?? ''}', ${signIn}, ${groups}`
}

/** In the place of a pattern: nobody can tell whether one fits. */
const WITHHELD = Symbol('withheld')

async function patternUnlessWithheld(
  zendeskId: number,
  sources: TakeoverSources,
  signal: AbortSignal,
): Promise<string | typeof WITHHELD | undefined> {
  try {
    return await patternOfIdentities(zendeskId, sources, signal)
  } catch (error) {
    if (isWithheld(error)) return WITHHELD
    throw error
  }
}

function addressesUnread({ id, dn, email }: WantedUser, { zendeskId }: FoundUser): Problem {
  return {
    code: 'ADDRESSES_UNREAD',
    subject: 'user',
    id,
    dn,
    what: `'${email}' leads to Zendesk user ${zendeskId}, a team member whose addresses Zendesk does not let us read: whether accounts.*.protect names one of them can't be told; the entry is not linked, and nothing is provisioned for it`,
    todo: "Give the API's user the right to read users' identities, or name addresses in full in accounts.*.protect",
  }
}

function protectedUser({ id, dn, email }: WantedUser, { zendeskId }: FoundUser, pattern: string): Problem {
  return {
    code: 'USER_PROTECTED',
    subject: 'user',
    id,
    dn,
    what: `'${email}' leads to Zendesk user ${zendeskId}, who is protected (accounts.*.protect: '${pattern}'); the entry is not linked, and nothing is provisioned for it`,
    todo: 'Nothing, if this is meant; else give the entry another address, or take the pattern out of accounts.*.protect',
  }
}
