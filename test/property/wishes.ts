import { groupDn } from '../fixtures/people.ts'
import { membersBelow } from './group-wishes.ts'
import type { SeenEntry } from './look-at-directory.ts'

/** What one entry in scope asks of Zendesk: the configuration of the property, said a second time and plainly. */
export interface Wish {
  readonly id: string
  readonly dn: string
  /** In lower case; empty when Zendesk takes no such address. */
  readonly email: string
  /**
   * No address, or one that another active entry has as well: the entry is not to be applied. Of several disabled ones
   * only the first by id asks for the user who has it.
   */
  readonly unclear: boolean
  readonly disabled: boolean
  readonly name: string
  readonly phone: string | null
  readonly notes: string | null
  readonly alias: string
  readonly tags: readonly string[]
  readonly isAgent: boolean
}

/** The configuration's part that says the same. */
export const USERS = {
  goneInZendesk: 'recreate',
  map: {
    email: 'mail',
    name: { from: ['displayName', 'cn'] },
    phone: 'telephoneNumber',
    notes: 'title',
    alias: { from: 'mail', parse: 'user-from-email', case: 'lower' },
    tags: { from: 'departmentNumber', case: 'lower', mode: 'merge' },
  },
}

const SCOPE = ',ou=people,dc=example,dc=org'
const ADDRESS = /^[a-z.]+@[a-z]+\.[a-z]+$/

/** What the entries ask for, those outside the scope left out. */
export function wishesOf(entries: readonly SeenEntry[], groups: readonly SeenEntry[]): Wish[] {
  const agents = membersBelow(groupDn('agents'), groups)
  const inScope = entries.filter((entry) => entry.dn.endsWith(SCOPE))
  const addresses = inScope.map(addressOf)
  return inScope.map((entry, i) => {
    const email = addresses[i]!
    const disabled = isDisabled(entry)
    const rivals = inScope.filter((other, j) => other !== entry && addresses[j] === email)
    const first = (attribute: string) => entry.values(attribute)[0] ?? null
    return {
      id: entry.id,
      dn: entry.dn,
      email,
      unclear: email === '' || rivals.some((other) => !isDisabled(other) || (disabled && other.id < entry.id)),
      disabled,
      name: first('displayName') ?? first('cn')!,
      phone: first('telephoneNumber'),
      notes: first('title'),
      alias: email.split('@')[0]!,
      tags: entry.values('departmentNumber').map((value) => value.toLowerCase()),
      isAgent: agents.has(entry.dn),
    }
  })
}

function isDisabled(entry: SeenEntry): boolean {
  return ['left', 'suspended'].includes(entry.values('employeeStatus')[0] ?? '')
}

function addressOf(entry: SeenEntry): string {
  const mail = (entry.values('mail')[0] ?? '').toLowerCase()
  return ADDRESS.test(mail) ? mail : ''
}
