import { seededRandom, shuffle, type Random } from './random.ts'
import type {
  BrandAgentRecord,
  BrandRecord,
  CustomRoleRecord,
  GroupRecord,
  IdentityRecord,
  Mail,
  MembershipRecord,
  OrganizationRecord,
  SessionRecord,
  TicketRecord,
  UserChange,
  UserFieldRecord,
  UserRecord,
} from './records.ts'
import type { Plan } from './account-plan.ts'
import { Table } from './table.ts'
import type { Unknowns } from './unknowns.ts'

/** What can be changed while the sandbox runs. */
export interface Settings {
  plan: Plan
  limits: 'on' | 'off'
  clock: number
  bulkImport: boolean
  seats: number | undefined
  /** Whether who joins the team is in no brand by that: the account restricts agents by brand. */
  departmentSpaces: boolean
  /** Whether a user may be in several organizations. */
  severalOrganizations: boolean
  searchLagMs: number
  answerDelayMs: number
  headerSpelling: '2023' | '2024'
  /** Scopes that the OAuth client may ask for; undefined for all. */
  clientScopes: readonly string[] | undefined
  tokenLifetimeSeconds: number | undefined
  unknowns: Unknowns
}

const FIRST_ID = 9_300_000_000_026
/** Zendesk allots ids in blocks: what is made later may have the lower id. */
const ID_BLOCK = 64
const ID_STEP = 128

/** A Zendesk account: its records, and the indexes by which they are found. The rules are in the files beside. */
export class Account {
  readonly settings: Settings
  readonly random: Random
  readonly users = new Table<UserRecord>()
  readonly identities = new Table<IdentityRecord, 'user' | 'value'>({
    user: (identity) => identity.user_id,
    value: (identity) => identity.value.toLowerCase(),
  })
  readonly groups = new Table<GroupRecord>()
  readonly memberships = new Table<MembershipRecord, 'user' | 'group'>({
    user: (membership) => membership.user_id,
    group: (membership) => membership.group_id,
  })
  readonly organizations = new Table<OrganizationRecord>()
  readonly brands = new Table<BrandRecord>()
  readonly brandAgents = new Table<BrandAgentRecord, 'user'>({ user: (one) => one.user_id })
  readonly customRoles = new Table<CustomRoleRecord>()
  readonly userFields = new Table<UserFieldRecord>()
  /** Of the users that are not deleted, by external id in lower case. */
  readonly externalIds = new Map<string, UserRecord>()
  readonly sessions = new Table<SessionRecord, 'user'>({ user: (session) => session.user_id })
  readonly mails: Mail[] = []
  readonly tickets = new Table<TicketRecord, 'requester'>({ requester: (ticket) => ticket.requester_id })
  /** How many changes of tickets there were. */
  ticketChanges = 0
  /** What Zendesk does by itself a little later, in the order in which it is due; `JobStatuses.advance` does it. */
  readonly later: { readonly at: number; run(): void }[] = []
  /** Who is told of changes; nobody while the account is loaded. */
  readonly listeners: ((change: UserChange) => void)[] = []
  /** Whom the request acts as that is being answered. */
  actorId = 0
  /** Cannot be deleted, downgraded or suspended. */
  ownerId = 0
  /** Whom both ways of authentication act as. */
  apiUserId = 0
  /**
   * Of every url in an answer: that of the request which is being answered. An answer is made at once, between no two.
   */
  origin = 'https://acme.zendesk.com'
  #ids: number[] = []
  #block = 0
  #brandAgents = 0
  readonly #pairs = new Map<string, number>()
  /** The timestamp of the last second that was asked for: most ask for the same. */
  #told = { second: NaN, text: '' }

  constructor(settings: Settings, seed: number) {
    this.settings = settings
    this.random = seededRandom(seed)
  }

  nextId(): number {
    if (this.#ids.length === 0) {
      const first = FIRST_ID + this.#block++ * ID_BLOCK * ID_STEP
      this.#ids = shuffle(
        Array.from({ length: ID_BLOCK }, (_, at) => first + at * ID_STEP),
        this.random,
      )
    }
    return this.#ids.pop()!
  }

  /** Of a brand membership: counted, as the official file's examples are. */
  nextBrandAgentId(): number {
    return ++this.#brandAgents
  }

  /** The id of what lies between two records, the same each time it is asked for. */
  pairId(one: number, other: number): number {
    const pair = `${one}:${other}`
    const known = this.#pairs.get(pair) ?? this.#pairs.size + 1
    this.#pairs.set(pair, known)
    return known
  }

  /** Tickets are numbered one by one. */
  nextTicketId(): number {
    return (this.tickets.all().at(-1)?.id ?? 0) + 1
  }

  timestamp(ms = Date.now()): string {
    const second = Math.floor(ms / 1_000)
    if (second !== this.#told.second)
      this.#told = { second, text: `${new Date(second * 1_000).toISOString().slice(0, 19)}Z` }
    return this.#told.text
  }

  get defaultGroup(): GroupRecord | undefined {
    return this.groups.find((one) => one.default && !one.deleted)
  }
}
