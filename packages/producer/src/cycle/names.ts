import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { Catalogue } from '../mapping/catalogue.ts'
import type { ManagedGroups } from '../mapping/managed-groups.ts'
import type { MappedUser } from '../mapping/mapped.ts'
import { resolveNames, type Resolved } from '../mapping/resolve-names.ts'
import { adminNotAllowed } from '../mapping/roles.ts'
import { lacksTargets, UserFields } from '../mapping/user-fields.ts'
import { fieldProblems } from './known-fields.ts'
import { lightAgentProblems } from './light-agents.ts'
import { hasOwnRoles, kindsNamedBy, Listing, readListing, type Kind, type NamedKind } from './name-listing.ts'
import { namesOfIds, type NameOfId } from './names-of-ids.ts'
import { oneOrganizationOnly, withoutOrganizations } from './one-organization.ts'
import { listUnread } from './withheld-lists.ts'

/** How long the account's organizations, roles, locales and brands are believed, ms: reading them costs requests. */
const FRESH_MS = 60 * 60_000
/** How soon they are read again after a name was not found, ms. */
const UNKNOWN_MS = 5 * 60_000

/** Puts Zendesk's ids in the place of names. */
export interface Names {
  /** @param groups the groups that the directory manages */
  resolve(user: MappedUser, groups?: ManagedGroups): Resolved
  /** Id of the account's custom role for light agents; undefined where it has none, or it was not read. */
  readonly lightAgentRole: number | undefined
  /** What the mapping names and the account does not have, whoever is to have it. */
  readonly problems: readonly Problem[]
  /** Whether the account has more than one brand, as far as the mapping speaks of them. */
  readonly hasSeveralBrands: boolean
  /** Whether the account has custom roles of its own, as far as anybody has looked. */
  readonly hasOwnRoles: boolean
  /** Names of the mapped lookup fields of users, `user_fields.NAME`. */
  readonly lookups: ReadonlySet<string>
  /** For people, who know the names: what is at hand of them, for nothing is read for it. */
  readonly nameOf: NameOfId
}

/**
 * Keeps what an account has by name between cycles, and reads only what the mapping speaks of. What was read outlives
 * the process, so that a cycle has names at hand before it looks at Zendesk.
 */
export class NameCatalogues {
  readonly #zendesk: ZendeskClient
  readonly #users: UsersConfig
  readonly #reader: Pick<LedgerReader, 'storedNames' | 'connection'>
  readonly #needed: readonly Kind[]
  #listing: Listing | undefined
  #names: Names | undefined
  #readAt = 0
  #missed = false
  #isStale = true
  #isNoted = true
  #ownRoles = false
  #rolesAt = -Infinity
  /** Organizations that this cycle asks the worker for, and those that an earlier one did. */
  #awaiting = new Set<string>()
  #awaited = new Set<string>()
  /** Ids of the entries that need what is withheld, in this cycle. */
  readonly #concerned = new Map<NamedKind, Set<string>>()

  constructor(zendesk: ZendeskClient, users: UsersConfig, reader: Pick<LedgerReader, 'storedNames' | 'connection'>) {
    this.#zendesk = zendesk
    this.#users = users
    this.#reader = reader
    this.#needed = kindsNamedBy(users)
  }

  /** Begins a cycle: recalls what is stored, and judges what is stale. With `anew` everything is. */
  async begin(now: number, { anew } = { anew: false }): Promise<void> {
    this.#awaited = this.#awaiting
    this.#awaiting = new Set()
    this.#concerned.clear()
    this.#isStale = (await this.recall(now)) || (this.#needed.length > 0 && anew)
  }

  /** Has names at hand between two cycles, which it is nothing to. Returns whether they are stale. */
  async recall(now: number): Promise<boolean> {
    if (!this.#names) await this.#recall(now)
    const age = now - this.#readAt
    return this.#needed.length > 0 && (!this.#listing || age > FRESH_MS || (this.#missed && age > UNKNOWN_MS))
  }

  /** The names as far as they are known; what was never read leaves alone what it would be looked up for. */
  get atHand(): Names {
    return this.#names!
  }

  /** Whether this cycle has to read them before it can believe them. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** The organizations that users of this cycle ask the worker for. */
  get awaiting(): Iterable<string> {
    return this.#awaiting
  }

  /** What can't be read, with how many entries of this cycle it concerns. */
  get problems(): Problem[] {
    return Object.entries(this.#listing?.withheld ?? {}).map(([kind, why]) =>
      listUnread(this.#reader.connection, kind as NamedKind, why, this.#concerned.get(kind as NamedKind)?.size ?? 0),
    )
  }

  /**
   * Reads what is stale. What Zendesk does not let be read leaves alone what it would have to be looked up for.
   *
   * @throws Zendesk's other errors; nothing is resolved then
   */
  async refresh(now: number, signal: AbortSignal): Promise<Names> {
    if (this.#isStale || !this.#names) {
      this.#take({ readAt: now, ...(await readListing(this.#zendesk, this.#users, this.#listing, signal)) })
      this.#isStale = false
      this.#isNoted = this.#needed.length === 0
      this.#awaiting = new Set()
    }
    return this.#names!
  }

  /** Whether it is time to look for the account's own roles; never where nothing follows from them. */
  wantsRoles(now: number): boolean {
    const { role, custom_role: custom } = this.#users.map
    return role !== undefined && custom === undefined && now - this.#rolesAt >= FRESH_MS
  }

  /**
   * Looks whether the account has custom roles of its own, once an hour, where the mapping makes agents and says
   * nothing of custom roles. It is only told of: whatever fails leaves it unknown.
   *
   * @throws Zendesk's refusal of the credentials
   */
  async lookForRoles(now: number, signal: AbortSignal): Promise<void> {
    if (!this.wantsRoles(now)) return
    this.#ownRoles = await hasOwnRoles(this.#zendesk, signal)
    this.#rolesAt = now
    this.#names = this.#names && { ...this.#names, hasOwnRoles: this.#ownRoles }
  }

  /** What the next process is to recall of what was read; undefined when it was given away before. */
  takeUnnoted(): Listing | undefined {
    if (this.#isNoted) return undefined
    this.#isNoted = true
    return this.#listing
  }

  async #recall(now: number): Promise<void> {
    if (this.#needed.length === 0) return this.#take({ readAt: now, adminRoles: [] })
    const { values } = await this.#reader.storedNames(Listing)
    const listing = values.get('')
    const isKnown = (kind: Kind) =>
      kind === 'userFields'
        ? listing?.userFields !== undefined && !lacksTargets(listing.userFields)
        : listing?.[kind] !== undefined || listing?.withheld?.[kind] !== undefined
    const unknown = this.#needed.filter((kind) => !isKnown(kind))
    if (listing && unknown.length === 0) return this.#take(listing)
    // A leaver must not wait for a list, nor for one that Zendesk fails to give.
    const withheld = Object.fromEntries(
      unknown.filter((kind) => kind !== 'userFields').map((kind) => [kind, 'it was not read yet']),
    )
    this.#take({
      adminRoles: [],
      ...listing,
      ...(unknown.includes('userFields') && { userFields: [] }),
      readAt: 0,
      withheld: { ...listing?.withheld, ...withheld },
    })
    this.#listing = undefined
  }

  #take(listing: Listing): void {
    this.#listing = listing
    this.#readAt = listing.readAt
    const catalogueOf = (kind: NamedKind) => (listing.withheld?.[kind] ? undefined : new Catalogue(listing[kind]))
    const catalogues = {
      organizations: catalogueOf('organizations'),
      customRoles: catalogueOf('customRoles'),
      adminRoles: new Set(listing.adminRoles),
      locales: catalogueOf('locales'),
      brands: catalogueOf('brands'),
      defaultGroups: catalogueOf('defaultGroups'),
      userFields: listing.userFields ? new UserFields(listing.userFields) : undefined,
    }
    const { organization, role, user_fields: fields = {} } = this.#users.map
    const { connection } = this.#reader
    const problems = [
      ...fieldProblems(connection, Object.keys(fields), catalogues.userFields),
      ...(listing.oneOrganization ? [oneOrganizationOnly(connection)] : []),
    ]
    // A right may be given, a field be made, or a plan be changed, at any time.
    this.#missed = problems.length > 0 || listing.withheld !== undefined
    const policy = {
      missingOrganization: organization?.missing ?? ('report' as const),
      allowAdmin: role?.allowAdmin ?? false,
    }
    this.#names = {
      lightAgentRole: listing.lightAgentRole ?? undefined,
      problems: [...problems, ...lightAgentProblems(this.#reader.connection, this.#users, listing.lightAgentRole)],
      hasSeveralBrands: (catalogues.brands?.size ?? 0) > 1,
      hasOwnRoles: listing.ownRoles ?? this.#ownRoles,
      lookups: new Set(catalogues.userFields?.lookupsOf(Object.keys(fields)).map((key) => `user_fields.${key}`)),
      nameOf: namesOfIds(listing),
      resolve: (user, managedGroups) => {
        const asked = listing.oneOrganization ? withoutOrganizations(user) : user
        const resolved = resolveNames(asked, { ...catalogues, managedGroups }, policy)
        if (resolved.problems.some(({ code }) => code !== adminNotAllowed.code)) this.#missed = true
        for (const name of resolved.organizationsToCreate) this.#await(name)
        for (const kind of resolved.unread)
          this.#concerned.set(kind, (this.#concerned.get(kind) ?? new Set()).add(user.id))
        return resolved
      },
    }
  }

  /** What the worker creates is there in the next cycle. What it is not by then, Zendesk refuses: that is a miss. */
  #await(organization: string): void {
    const key = organization.toLowerCase()
    if (this.#awaited.has(key)) this.#missed = true
    else this.#readAt = 0
    this.#awaiting.add(key)
  }
}
