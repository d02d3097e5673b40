import { fingerprint } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/** How many people are named with a name that Zendesk does not have. */
const NAMED = 3

/** Codes of what is told once for each name, and not once for each person who is to have it. */
const BY_NAME: ReadonlySet<string> = new Set([
  'ORGANIZATION_UNKNOWN',
  'CUSTOM_ROLE_UNKNOWN',
  'LOCALE_UNKNOWN',
  'BRAND_UNKNOWN',
  'DEFAULT_GROUP_UNKNOWN',
  'USER_FIELD_OPTION_UNKNOWN',
  'USER_FIELD_VALUE',
])

/**
 * Gathers what many people's entries name and Zendesk does not have: one problem for each name, with how many it
 * concerns.
 */
export class UnknownNames {
  readonly #byName = new Map<string, { readonly first: Problem; readonly people: string[]; count: number }>()

  /** Takes what is told by name, and returns the others. @param who the person's address */
  take(problems: readonly Problem[], who: string): Problem[] {
    return problems.filter((problem) => {
      if (!BY_NAME.has(problem.code)) return true
      // Zendesk's names have no case.
      const key = `${problem.code}|${problem.what.toLowerCase()}`
      const known = this.#byName.get(key) ?? { first: problem, people: [], count: 0 }
      known.count++
      if (known.people.length < NAMED) known.people.push(who)
      this.#byName.set(key, known)
      return false
    })
  }

  /** @param connection whose people they are */
  problems(connection: string): Problem[] {
    return [...this.#byName.values()].map(({ first: { dn: _dn, ...problem }, people, count }) => ({
      ...problem,
      subject: 'connection',
      id: `${connection}.${problem.attribute}.${fingerprint(problem.what.toLowerCase())}`,
      what: `${problem.what}: ${count === 1 ? '1 person is' : `${count} people are`} written without it (${people.join(', ')}${count > people.length ? ` and ${count - people.length} more` : ''})`,
    }))
  }
}

/** Whether a problem is about what an entry names there, be it told of the connection and not of the entry. */
export function isAboutName({ code, attribute, what }: Problem, named: string, value: unknown): boolean {
  if (!BY_NAME.has(code) || attribute !== named) return false
  const values = Array.isArray(value) ? value : [value]
  return values.some((one) => what.toLowerCase().includes(`'${String(one).toLowerCase()}'`))
}
