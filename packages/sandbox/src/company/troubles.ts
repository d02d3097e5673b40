import type { Person } from './person.ts'

/** Something wrong in the directory that is to be reported, and stops nobody else. */
export interface Trouble {
  readonly dn: string
  readonly what: string
}

/** Gives some of the end users in scope the faults that every real directory has. */
export function spoil(people: readonly Person[]): { people: Person[]; troubles: Trouble[] } {
  const candidates = people.filter(({ role, status, employeeType, inScope }) => {
    return role === 'end-user' && status === 'active' && employeeType === 'staff' && inScope
  })
  const [bare, broken, first, second] = candidates.slice(5)
  if (!bare || !broken || !first || !second) throw new RangeError('The company is too small: take 60 users or more')
  const shared = 'front.desk@example.org'
  const faults = new Map<Person, { mail: string | undefined; what: string }>([
    [bare, { mail: undefined, what: 'has no mail address' }],
    [broken, { mail: `${broken.uid}(at)example.org`, what: 'has a mail address that is none' }],
    [first, { mail: shared, what: 'shares its mail address with another entry' }],
    [second, { mail: shared, what: 'shares its mail address with another entry' }],
  ])
  return {
    people: people.map((person) => {
      const fault = faults.get(person)
      return fault ? { ...person, mail: fault.mail } : person
    }),
    troubles: [...faults].map(([{ dn }, { what }]) => ({ dn, what })),
  }
}
