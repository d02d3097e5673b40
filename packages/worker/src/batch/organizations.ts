import type { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { refusedOrganization } from '@provisioner/shared/refused-organization.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { OrganizationsPort } from '../ports.ts'

/** How long a known id is believed, ms: somebody may delete the organization. */
const KNOWN_MS = 60 * 60_000
/** How long a refusal is, ms: the organization of a thousand users is not asked for a thousand times. */
const REFUSED_MS = 60_000

/**
 * The organizations that `missing: create` asks for. A user's desired state names one that Zendesk did not have when it
 * was planned; here it becomes an id. Names are unique in Zendesk, whatever the case, so that two workers cannot make
 * two.
 */
export class Organizations implements OrganizationsPort {
  readonly #zendesk: Pick<ZendeskClient, 'organizations'>
  readonly #account: string
  readonly #problems: WriteProblems
  readonly #masked: boolean
  readonly #known = new Map<string, { readonly id: Promise<number | null>; until: number }>()

  constructor(options: {
    zendesk: Pick<ZendeskClient, 'organizations'>
    account: string
    problems: WriteProblems
    /** Whether names are kept out of problems. */
    masked: boolean
  }) {
    this.#zendesk = options.zendesk
    this.#account = options.account
    this.#problems = options.problems
    this.#masked = options.masked
  }

  /**
   * The writes with ids in the place of names. A user whose organization Zendesk refuses is written without it, and the
   * refusal is reported once for all of them.
   *
   * @throws ZendeskError for a passing reason: then nothing is to be sent
   */
  async resolve<W extends PreparedWrite<UserRecord>>(writes: readonly W[]): Promise<W[]> {
    return Promise.all(writes.map((write) => this.#resolveOne(write)))
  }

  async #resolveOne<W extends PreparedWrite<UserRecord>>(write: W): Promise<W> {
    const { organization: name, ...body } = write.body
    if (typeof name !== 'string') return write
    const id = await this.#idOf(name)
    const { organization: _name, ...attributes } = (write.applied as AppliedUser).attributes
    const named = id === null ? {} : { organization_id: id }
    const applied: AppliedUser = { ...(write.applied as AppliedUser), attributes: { ...attributes, ...named } }
    return { ...write, body: { ...body, ...named }, applied }
  }

  #idOf(name: string): Promise<number | null> {
    const key = name.trim().toLowerCase()
    const known = this.#known.get(key)
    if (known && Date.now() < known.until) return known.id
    const answer = { id: this.#findOrCreate(name.trim()), until: Date.now() + KNOWN_MS }
    this.#known.set(key, answer)
    answer.id.then(
      (id) => {
        if (id === null) answer.until = Date.now() + REFUSED_MS
      },
      () => this.#known.delete(key),
    )
    return answer.id
  }

  async #findOrCreate(name: string): Promise<number | null> {
    const { organizations } = this.#zendesk
    const about = refusedOrganization(this.#account, name)
    const found = await organizations.find(name)
    if (found) {
      await this.#problems.solve([about])
      return found.id
    }
    try {
      const created = await organizations.create({ name })
      await this.#problems.solve([about])
      return created.id
    } catch (error) {
      if (!(error instanceof ZendeskError)) throw error
      const { kind } = error.problem
      if (kind !== 'invalid' && kind !== 'forbidden') throw error
      // Another worker may have been faster.
      const again = kind === 'invalid' ? await organizations.find(name) : undefined
      if (again) return again.id
      const refusal = this.#masked ? `of a user (masked): ${kind}` : `'${name}': ${error.message}`
      const what = `Zendesk refuses to create the organization ${refusal}; its users are written without it`
      const todo = 'Create it in Zendesk, give the API’s user the right to, or set missing: report'
      await this.#problems.report({ ...about, what, todo }, Date.now())
      return null
    }
  }
}
