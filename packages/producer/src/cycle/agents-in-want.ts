import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { Names } from './names.ts'

/** How many agents are named. */
const NAMED = 3

/** Addresses, the first of them, and how many there are. */
class Counted {
  readonly #named: string[] = []
  count = 0

  add(email: string): void {
    this.count++
    if (this.#named.length < NAMED) this.#named.push(email)
  }

  toString(): string {
    const more = this.count > this.#named.length ? ` and ${this.count - this.#named.length} more` : ''
    return `${this.count === 1 ? '1 agent' : `${this.count} agents`} (${this.#named.join(', ')}${more})`
  }
}

/**
 * Gathers whom the mapping makes an agent and gives too little: one problem for all, with some of them.
 *
 *   the mapping yields | told where the account has    | as
 *   -------------------|-------------------------------|----------------------
 *   no brand           | several, and brands is mapped | AGENT_WITHOUT_BRANDS
 *   no custom role     | roles of its own              | LEGACY_AGENT
 *
 * An admin is in all brands (article 7584022494874) and has no custom role. Of names that Zendesk does not have, others
 * tell.
 */
export class AgentsInWant {
  readonly #mapsBrands: boolean
  readonly #withoutBrands = new Counted()
  readonly #withoutRole = new Counted()

  constructor(map: UsersConfig['map']) {
    this.#mapsBrands = map.brands !== undefined
  }

  /** Takes an entry into account. */
  note({ email, disabled, attributes, partial = [] }: WantedUser): void {
    if (disabled === true || attributes['role'] !== 'agent') return
    if (isEmpty(attributes['custom_role_id'])) this.#withoutRole.add(email)
    if (!this.#mapsBrands || partial.includes('agent_brand_ids')) return
    if (isEmpty(attributes['agent_brand_ids'])) this.#withoutBrands.add(email)
  }

  /** @param connection whose agents they are @param account what it has */
  problems(connection: string, account: Pick<Names, 'hasSeveralBrands' | 'hasOwnRoles'>): Problem[] {
    const about = { subject: 'connection' as const }
    const problems: Problem[] = []
    if (account.hasSeveralBrands && this.#withoutBrands.count > 0)
      problems.push({
        ...about,
        code: 'AGENT_WITHOUT_BRANDS',
        id: `${connection}.brands`,
        attribute: 'brands',
        what:
          `The mapping yields no brand for ${String(this.#withoutBrands)}: ` +
          'where Zendesk restricts agents by brand, who is in none sees no tickets',
        todo: 'Give their entries a brand in the directory, or set users.map.brands.default',
      })
    if (account.hasOwnRoles && this.#withoutRole.count > 0)
      problems.push({
        ...about,
        code: 'LEGACY_AGENT',
        id: `${connection}.custom_role`,
        attribute: 'custom_role',
        what:
          `The account has custom roles, and the mapping yields none for ${String(this.#withoutRole)}: ` +
          'who is given none in Zendesk either is a “legacy agent”',
        todo: 'Map users.map.custom_role for every agent, by byGroup or with a default',
      })
    return problems
  }
}
