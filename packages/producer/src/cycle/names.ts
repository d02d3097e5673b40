import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isAdminRole } from '@provisioner/zendesk/roles.ts'
import { Catalogue } from '../mapping/catalogue.ts'
import type { MappedUser } from '../mapping/mapped.ts'
import { resolveNames, type Catalogues, type Resolved } from '../mapping/resolve-names.ts'
import { adminNotAllowed } from '../mapping/roles.ts'

/** How long the account's organizations, roles and locales are believed, ms: reading them costs requests. */
const FRESH_MS = 60 * 60_000
/** How soon they are read again after a name was not found, ms. */
const UNKNOWN_MS = 5 * 60_000

/** Puts Zendesk's ids in the place of names. */
export interface Names {
  resolve(user: MappedUser): Resolved
}

/** Keeps what an account has by name between cycles, and reads only what the mapping speaks of. */
export class NameCatalogues {
  readonly #zendesk: ZendeskClient
  readonly #users: UsersConfig
  #catalogues: Catalogues | undefined
  #readAt = 0
  #missed = false
  /** Organizations that this cycle asks the worker for, and those that an earlier one did. */
  #awaiting = new Set<string>()
  #awaited = new Set<string>()

  constructor(zendesk: ZendeskClient, users: UsersConfig) {
    this.#zendesk = zendesk
    this.#users = users
  }

  /** Reads what is stale; `anew`, everything. @throws Zendesk's errors; nothing is resolved without a catalogue. */
  async fresh(now: number, signal: AbortSignal, { anew } = { anew: false }): Promise<Names> {
    this.#awaited = this.#awaiting
    this.#awaiting = new Set()
    const age = now - this.#readAt
    if (anew || !this.#catalogues || age > FRESH_MS || (this.#missed && age > UNKNOWN_MS)) {
      this.#catalogues = await this.#read(signal)
      this.#readAt = now
      this.#missed = false
    }
    const catalogues = this.#catalogues
    const { organization, role } = this.#users.map
    const policy = {
      missingOrganization: organization?.missing ?? ('report' as const),
      allowAdmin: role?.allowAdmin ?? false,
    }
    return {
      resolve: (user) => {
        const resolved = resolveNames(user, catalogues, policy)
        if (resolved.problems.some(({ code }) => code !== adminNotAllowed.code)) this.#missed = true
        for (const name of resolved.organizationsToCreate) this.#await(name)
        return resolved
      },
    }
  }

  /** The organizations that users of this cycle ask the worker for. */
  get awaiting(): Iterable<string> {
    return this.#awaiting
  }

  /** What the worker creates is there in the next cycle. What it is not by then, Zendesk refuses: that is a miss. */
  #await(organization: string): void {
    const key = organization.toLowerCase()
    if (this.#awaited.has(key)) this.#missed = true
    else this.#readAt = 0
    this.#awaiting.add(key)
  }

  async #read(signal: AbortSignal): Promise<Catalogues> {
    const { map } = this.#users
    const { organizations, customRoles, locales } = this.#zendesk
    const roles = map.custom_role ? await customRoles.list({ signal }) : []
    return {
      organizations: new Catalogue(map.organization ? await namesOf(organizations.list({ signal })) : []),
      customRoles: new Catalogue(roles.map((one) => [one.name, one.id] as const)),
      adminRoles: new Set(roles.filter((one) => isAdminRole(one)).map((one) => one.id)),
      locales: new Catalogue(
        map.locale
          ? (await locales.list({ signal })).flatMap((one) => [
              [one.locale, one.id] as const,
              ...(one.name ? [[one.name, one.id] as const] : []),
            ])
          : [],
      ),
    }
  }
}

async function namesOf(
  pages: AsyncIterable<readonly { name: string; id: number }[]>,
): Promise<(readonly [name: string, id: number])[]> {
  const names: (readonly [string, number])[] = []
  for await (const page of pages) for (const one of page) names.push([one.name, one.id])
  return names
}
