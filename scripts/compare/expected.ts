import { dnKey, searchLdap, valueOf, type LdapAddress, type LdapEntry } from './ldap-entries.ts'

/** A person as Zendesk should show one, by the sample company's configuration. */
export interface ExpectedUser {
  readonly dn: string
  readonly email: string
  readonly disabled: boolean
  readonly team: boolean
  readonly lead: boolean
  readonly externalId: string
  readonly name: string
  readonly alias: string
  readonly organization: string | undefined
  readonly phone: string | undefined
  readonly tags: readonly string[]
  readonly costCenter: string | undefined
}

export interface Expected {
  readonly users: readonly ExpectedUser[]
  /** Entry ids of everybody in scope, those with faults included. */
  readonly inScope: ReadonlySet<string>
  /** Group name → DN keys of its members. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>
}

const PERSON = [
  'mail',
  'displayName',
  'cn',
  'o',
  'telephoneNumber',
  'departmentNumber',
  'costCenter',
  'employeeStatus',
  'entryUUID',
]
const DISABLED = ['left', 'suspended']

/**
 * Reads what the directory says, with rules of our own: nothing of the product is used, or it would agree with itself.
 */
export async function readExpected(address: LdapAddress, suffix: string): Promise<Expected> {
  const groups = await searchLdap(address, suffix, '(objectClass=groupOfNames)', ['cn', 'member'])
  const byDn = new Map(groups.map((group) => [dnKey(valueOf(group, 'dn')!), group]))
  const within = (name: string) => expand(byDn, `cn=${name},ou=groups,${suffix}`)
  const [scope, agents, leads] = [within('zendesk'), within('agents'), within('leads')]

  const people = await searchLdap(address, `ou=people,${suffix}`, '(objectClass=inetOrgPerson)', PERSON)
  const contractors = await searchLdap(
    address,
    `ou=contractors,${suffix}`,
    '(&(objectClass=inetOrgPerson)(employeeType=support))',
    PERSON,
  )
  const entries = [...people.filter((entry) => scope.has(dnKey(valueOf(entry, 'dn')!))), ...contractors]
  const times = new Map<string, number>()
  for (const entry of entries) {
    const mail = valueOf(entry, 'mail')?.toLowerCase() ?? ''
    times.set(mail, (times.get(mail) ?? 0) + 1)
  }
  const sound = entries.filter(
    (entry) =>
      /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(valueOf(entry, 'mail') ?? '') &&
      times.get(valueOf(entry, 'mail')!.toLowerCase()) === 1,
  )
  return {
    users: sound.map((entry) => toUser(entry, agents, leads)),
    inScope: new Set(entries.map((entry) => valueOf(entry, 'entryUUID')!)),
    groups: new Map(
      groups
        .filter((group) => /^zd-/i.test(valueOf(group, 'cn') ?? ''))
        .map((group) => [valueOf(group, 'cn')!, new Set((group.get('member') ?? []).map(dnKey))]),
    ),
  }
}

function toUser(entry: LdapEntry, agents: ReadonlySet<string>, leads: ReadonlySet<string>): ExpectedUser {
  const dn = dnKey(valueOf(entry, 'dn')!)
  const email = valueOf(entry, 'mail')!
  return {
    dn,
    email,
    disabled: DISABLED.includes(valueOf(entry, 'employeeStatus')?.toLowerCase() ?? ''),
    team: agents.has(dn) || leads.has(dn),
    lead: leads.has(dn),
    externalId: valueOf(entry, 'entryUUID')!,
    name: valueOf(entry, 'displayName') ?? valueOf(entry, 'cn')!,
    alias: email.slice(0, email.indexOf('@')).toLowerCase(),
    organization: valueOf(entry, 'o'),
    phone: valueOf(entry, 'telephoneNumber'),
    tags: (entry.get('departmentnumber') ?? []).map((tag) =>
      tag
        .trim()
        .toLowerCase()
        .replace(/[\s,]+/g, '_'),
    ),
    costCenter: valueOf(entry, 'costCenter'),
  }
}

/** DN keys of everybody in a group and in the groups within it; a cycle is walked once. */
function expand(groups: ReadonlyMap<string, LdapEntry>, dn: string): Set<string> {
  const seen = new Set<string>()
  const waiting = [dnKey(dn)]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    waiting.push(...(groups.get(at)?.get('member') ?? []).map(dnKey))
  }
  return seen
}
