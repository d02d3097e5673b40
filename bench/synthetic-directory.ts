import type { Directory, Page } from '@provisioner/producer/directory/directory.ts'
import type { Entry, Value } from '@provisioner/producer/directory/entry.ts'

/** Entries of a page, as many as a scan of LDAP has by default. */
const PAGE = 250

/** A directory of any size behind the port, which makes its entries as they are read: nothing of it is in memory. */
export function syntheticDirectory(people: number, first = 0): Directory {
  async function* scan({ filter }: { filter: string }): AsyncGenerator<Page, void, void> {
    for (let from = 0; filter.includes(PERSON) && from < people; from += PAGE) {
      const count = Math.min(PAGE, people - from)
      // what comes by a socket comes in a turn of its own
      await new Promise(setImmediate)
      yield { entries: Array.from({ length: count }, (_one, i) => person(first + from + i)), unidentified: [] }
    }
  }
  return {
    scan,
    read: async () => ({ status: 'missing' }),
    existing: async () => ({ found: new Set<string>() }),
    identify: async () => ({ ids: new Map<string, string>() }),
    server: async () => undefined,
    changeToken: async () => 'none',
    hasChangedSince: async () => true,
    attributeTypes: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  }
}

const PEOPLE = 'ou=people,dc=example,dc=org'
/** What the search for people asks for; there are no groups. */
const PERSON = '(objectClass=inetOrgPerson)'

function person(number: number): Entry {
  const digits = String(number).padStart(7, '0')
  const name = `Person ${digits} of Synthetic`
  return {
    dn: `uid=person-${digits},ou=unit-${number % 97},${PEOPLE}`,
    id: `${fnv(number)}-${digits.slice(0, 4)}-4000-8000-${digits.padStart(12, '0')}`,
    attributes: new Map<string, Value[]>([
      ['mail', [`person-${digits}@synthetic.example`]],
      ['cn', [name]],
      ['telephonenumber', [`+49 30 ${digits}`]],
      ['employeestatus', ['active']],
      ['objectclass', ['top', 'person', 'organizationalPerson', 'inetOrgPerson']],
    ]),
  }
}

/** The first part of an id: ids of a directory are in no order. */
function fnv(number: number): string {
  return (Math.imul(number ^ 0x811c9dc5, 0x01000193) >>> 0).toString(16).padStart(8, '0')
}
