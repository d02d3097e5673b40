import { HARD_NAMES, NAMES_BEFORE_REPEAT, ordinaryName, type PersonName } from './names.ts'
import type { Person } from './person.ts'
import { seededRandom } from './random.ts'
import { AGENCIES, BOARD, CITIES, COMPANY, CUSTOMER_CARE, type Department, OTHER_DEPARTMENTS } from './workplaces.ts'

/** Shares of the users in scope. */
const CONTRACTORS = 1 / 8
const AGENTS = 1 / 4
const LEADS = 1 / 40

/** Entries beside the users in scope. */
const LEFT = 7
const FACILITIES = 12
const BOARD_MEMBERS = 3

/** What a slot in the company asks of the person who fills it. */
interface Slot {
  readonly department: Department
  readonly type: Person['employeeType']
  readonly role: Person['role']
  readonly lead?: boolean
  readonly status?: Person['status']
  readonly inScope?: boolean
}

/**
 * Everybody with an entry: `users` active people in scope, then those who left (in scope, disabled), and those whom
 * no location reaches. The same arguments make the same people.
 */
export function people(suffix: string, users: number, seed: number): Person[] {
  const random = seededRandom(seed)
  return slots(users).map((slot, at) => {
    const name = HARD_NAMES[at / 7] ?? ordinaryName(at) // every seventh has a hard one, while they last
    const city = CITIES[at % CITIES.length] ?? CITIES[0]
    return hire(suffix, slot, at, name, {
      city: city.name,
      phone: city.phone(at + 100),
      title: random.pick(slot.department.titles),
    })
  })
}

function slots(users: number): Slot[] {
  const contractors = Math.round(users * CONTRACTORS)
  const agents = Math.round(users * AGENTS)
  const leads = Math.max(2, Math.round(users * LEADS))
  const contractedAgents = Math.round(agents / 4)
  const care = { department: CUSTOMER_CARE, type: 'staff', role: 'agent' } as const
  const contracted = { department: CUSTOMER_CARE, type: 'support' } as const
  const other = (at: number) => OTHER_DEPARTMENTS[at % OTHER_DEPARTMENTS.length] ?? OTHER_DEPARTMENTS[0]
  const staff = (department: Department) => ({ department, type: 'staff', role: 'end-user' }) as const
  return [
    ...many(leads, () => ({ ...care, lead: true })),
    ...many(agents - contractedAgents - leads, () => care),
    ...many(users - contractors - (agents - contractedAgents), (at) => staff(other(at))),
    ...many(contractedAgents, () => ({ ...contracted, role: 'agent' as const })),
    ...many(contractors - contractedAgents, () => ({ ...contracted, role: 'end-user' as const })),
    ...many(LEFT, (at) => ({ ...staff(other(at)), status: 'left' as const })),
    ...many(FACILITIES, () => ({
      ...contracted,
      type: 'facilities' as const,
      role: 'end-user' as const,
      inScope: false,
    })),
    ...many(BOARD_MEMBERS, () => ({ ...staff(BOARD), inScope: false })),
  ]
}

/** The person that fills a slot; `at` makes the names and numbers unique. */
export function hire(
  suffix: string,
  { department, type, role, lead = false, status = 'active', inScope = true }: Slot,
  at: number,
  name: PersonName,
  work: Pick<Person, 'city' | 'phone' | 'title'>,
): Person {
  const uid = `${name.asciiGiven.slice(0, 1)}${name.asciiFamily}${at + 1}`.replaceAll('-', '')
  const again = at < NAMES_BEFORE_REPEAT ? '' : ` ${at + 1}`
  const commonName = (type === 'staff' ? `${name.given} ${name.family}` : `${name.family}, ${name.given}`) + again
  const dn = type === 'staff' ? `uid=${uid},ou=people,${suffix}` : `cn=${escaped(commonName)},ou=contractors,${suffix}`
  const agency = at % 20 === 0 ? AGENCIES.unknown : AGENCIES.known
  return {
    ...{ dn, uid, commonName, role, lead, status, inScope, ...work },
    givenName: name.given,
    familyName: name.family,
    displayName: name.shown ?? `${name.given} ${name.family}`,
    mail: mailOf(name, at),
    department: department.key,
    title: lead ? 'Customer Care Team Lead' : work.title,
    organization: type === 'staff' ? COMPANY : agency,
    employeeNumber: String(10_000 + at),
    employeeType: type,
    costCenter: department.costCenter,
  }
}

/** Every fortieth has a subaddress, the first of a name has no number. */
function mailOf(name: PersonName, at: number): string {
  const local = `${name.asciiGiven}.${name.asciiFamily}`
  const number = at < 30 ? '' : String(at)
  return `${local}${number}${at % 40 === 9 ? '+tickets' : ''}@example.org`
}

/** A comma in an RDN has to be escaped (RFC 4514). */
function escaped(value: string): string {
  return value.replaceAll(',', '\\,')
}

function many<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: Math.max(0, count) }, (_, at) => make(at))
}
