import { ldifEntry, type LdifAttributes } from '../servers/ldif.ts'

/** Someone with an entry in the sample directory. */
export interface Person {
  readonly dn: string
  readonly uid: string
  readonly givenName: string
  readonly familyName: string
  readonly commonName: string
  readonly displayName: string
  readonly mail: string | undefined
  readonly department: string
  readonly title: string
  readonly phone: string
  readonly city: string
  readonly organization: string
  readonly employeeNumber: string
  readonly employeeType: 'staff' | 'support' | 'facilities'
  readonly status: 'active' | 'left'
  readonly costCenter: string
  /** What the person is to Zendesk. */
  readonly role: 'agent' | 'end-user'
  /** Whether the person leads agents, and so has the custom role of a team lead. */
  readonly lead: boolean
  /** Whether the locations of the sample configuration reach the entry. */
  readonly inScope: boolean
}

/** A person's attributes as the directory has them. */
export function personAttributes(person: Person): LdifAttributes {
  const naming = person.dn.startsWith('uid=') ? {} : { description: 'Contractor' }
  return {
    objectClass: ['inetOrgPerson', 'worker'],
    uid: person.uid,
    cn: person.commonName,
    sn: person.familyName,
    givenName: person.givenName,
    displayName: person.displayName,
    ...(person.mail !== undefined && { mail: person.mail }),
    telephoneNumber: person.phone,
    title: person.title,
    departmentNumber: person.department,
    o: person.organization,
    l: person.city,
    employeeNumber: person.employeeNumber,
    employeeType: person.employeeType,
    employeeStatus: person.status,
    costCenter: person.costCenter,
    ...naming,
  }
}

export function personLdif(person: Person): string {
  return ldifEntry(person.dn, personAttributes(person))
}
