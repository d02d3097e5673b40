import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { Names } from './names.ts'

/** How many agents are named. */
const NAMED = 3

/** Gathers whom the mapping makes an agent and gives too little to work: one problem for all, with some of them. */
export class AgentsInWant {
  readonly #looksForBrands: boolean
  readonly #withoutBrands: string[] = []
  #brandless = 0

  constructor(map: UsersConfig['map'], names: Pick<Names, 'hasSeveralBrands'>) {
    this.#looksForBrands = map.brands !== undefined && names.hasSeveralBrands
  }

  /**
   * Takes an entry into account. An admin is in all brands (article 7584022494874), and of names that Zendesk does not
   * have others tell.
   */
  note({ email, disabled, attributes, partial = [] }: WantedUser): void {
    if (!this.#looksForBrands || disabled === true || attributes['role'] !== 'agent') return
    if (!isEmpty(attributes['agent_brand_ids']) || partial.includes('agent_brand_ids')) return
    this.#brandless++
    if (this.#withoutBrands.length < NAMED) this.#withoutBrands.push(email)
  }

  /** @param connection whose agents they are */
  problems(connection: string): Problem[] {
    const [count, named] = [this.#brandless, this.#withoutBrands]
    if (count === 0) return []
    const more = count > named.length ? ` and ${count - named.length} more` : ''
    return [
      {
        code: 'AGENT_WITHOUT_BRANDS',
        subject: 'connection',
        id: `${connection}.brands`,
        attribute: 'brands',
        what: `The mapping yields no brand for ${count === 1 ? '1 agent' : `${count} agents`} (${named.join(', ')}${more}): where Zendesk restricts agents by brand, who is in none sees no tickets`,
        todo: 'Give their entries a brand in the directory, or set users.map.brands.default',
      },
    ]
  }
}
