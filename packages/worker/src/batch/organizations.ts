import type { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { PreparedWrite } from './prepared-write.ts'

/** How long a known id is believed, ms: somebody may delete the organization. */
const KNOWN_MS = 60 * 60_000

/**
 * The organizations that `missing: create` asks for. A user's desired state names one that Zendesk did not have when it
 * was planned; here it becomes an id. Names are unique in Zendesk, whatever the case, so that two workers cannot make two.
 */
export class Organizations {
  readonly #zendesk: Pick<ZendeskClient, 'organizations'>
  readonly #account: string
  readonly #problems: WriteProblems
  readonly #known = new Map<string, { readonly id: Promise<number | null>; readonly at: number }>()

  constructor(options: { zendesk: Pick<ZendeskClient, 'organizations'>; account: string; problems: WriteProblems }) {
    this.#zendesk = options.zendesk
    this.#account = options.account
    this.#problems = options.problems
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
    if (known && Date.now() - known.at < KNOWN_MS) return known.id
    const id = this.#findOrCreate(name.trim())
    this.#known.set(key, { id, at: Date.now() })
    // A refusal, like a failure, is asked about again by the next batch.
    id.then(
      (found) => found === null && this.#known.delete(key),
      () => this.#known.delete(key),
    )
    return id
  }

  async #findOrCreate(name: string): Promise<number | null> {
    const { organizations } = this.#zendesk
    const found = await organizations.find(name)
    const about = { subject: 'account' as const, id: `${this.#account}.organization.${name}` }
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
      const what = `Zendesk refuses to create the organization '${name}': ${error.message}; its users are written without it`
      const todo = 'Create it in Zendesk, give the API’s user the right to, or set missing: report'
      await this.#problems.report(
        { code: 'ORGANIZATION_REFUSED', ...about, attribute: 'organization', what, todo },
        Date.now(),
      )
      return null
    }
  }
}
