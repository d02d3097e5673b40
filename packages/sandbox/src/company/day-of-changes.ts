import { ldifAdd, ldifDelete, ldifModify, ldifRename } from '../servers/ldif.ts'
import { groupDn, teamName } from './groups.ts'
import { hire } from './people.ts'
import { type Person, personAttributes } from './person.ts'
import type { SampleCompany } from './sample-company.ts'
import { CUSTOMER_CARE } from './workplaces.ts'

/** What happens at a company in a day: to its directory, or by hand in its Zendesk account. */
export type DayStep = {
  readonly name: string
  /** What happens, for a person to read. */
  readonly what: string
  /** What Zendesk shows once it is provisioned. */
  readonly expect: string
  /** The address of the person it is about, if it is about one. */
  readonly email?: string
  /** The name in Zendesk of the group it is about, if it is about one. */
  readonly group?: string
} & (
  | { readonly side: 'directory'; /** For {@link applyLdif}. */ readonly ldif: string }
  | { readonly side: 'zendesk'; /** A membership made there by hand. */ readonly email: string; readonly group: string }
  | {
      readonly side: 'customers'
      /** So many write, and an agent has their tickets. */ readonly email: string
      readonly tickets: number
    }
)

/** The day's steps, in the order in which they can happen; each only once. */
export function dayOfChanges(company: SampleCompany): DayStep[] {
  const { suffix } = company
  const cast = chooseCast(company)
  const team = (name: string) => groupDn(suffix, name)
  const enter = (person: Person, ...names: string[]) =>
    names.map((name) => ldifModify(team(name), { add: { member: person.dn } })).join('')
  const leave = (person: Person, ...names: string[]) =>
    names.map((name) => ldifModify(team(name), { delete: { member: person.dn } })).join('')
  const { newcomer, bride, mover, leaver, guest } = cast
  const newName = `${bride.givenName} Sommerfeld-${bride.familyName}`
  const homes = groupsOf(company, leaver)
  return [
    {
      ...{ side: 'directory', name: 'hire', email: newcomer.mail ?? '' },
      what: `${newcomer.displayName} starts in customer care, as an agent in Berlin`,
      expect: 'a new agent, a member of zd-first-line-berlin',
      ldif:
        ldifAdd(newcomer.dn, personAttributes(newcomer)) +
        enter(newcomer, 'dept-customer-care', 'agents', 'zd-first-line-berlin'),
    },
    {
      ...{ side: 'directory', name: 'rename a person', email: bride.mail ?? '' },
      what: `${bride.displayName} marries, and is ${newName} from now on`,
      expect: 'the new name on the same user',
      ldif: ldifModify(bride.dn, {
        replace: { cn: newName, sn: `Sommerfeld-${bride.familyName}`, displayName: newName },
      }),
    },
    {
      ...{ side: 'directory', name: 'change an attribute', email: cast.caller.mail ?? '' },
      what: `${cast.caller.displayName} has a new phone number`,
      expect: 'the new number +49 30 23125 999',
      ldif: ldifModify(cast.caller.dn, { replace: { telephoneNumber: '+49 30 23125 999' } }),
    },
    {
      ...{ side: 'directory', name: 'move between groups', email: mover.mail ?? '', group: teamName('warranty') },
      what: `${mover.displayName} moves from returns to warranty`,
      expect: 'one membership more in zd-warranty, one less in zd-returns',
      ldif: enter(mover, teamName('warranty')) + leave(mover, teamName('returns')),
    },
    {
      ...{ side: 'customers', name: 'tickets', email: leaver.mail ?? '', tickets: 4 },
      what: `Four customers write, and ${leaver.displayName} takes their tickets`,
      expect: 'four open tickets in their name',
    },
    {
      ...{ side: 'directory', name: 'leaver', email: leaver.mail ?? '' },
      what: `${leaver.displayName} leaves the company, and the entry is deleted`,
      expect: 'the tickets wait in their group, tagged handed_over; the user is suspended, and their seat is free',
      ldif: leave(leaver, ...homes) + ldifDelete(leaver.dn),
    },
    {
      ...{ side: 'directory', name: 'rename a group', group: 'zd-repair-shop' },
      what: 'The team repairs is called repair shop now',
      expect: 'the same group with the name zd-repair-shop',
      ldif: ldifRename(team(teamName('repairs')), 'cn=zd-repair-shop'),
    },
    {
      ...{ side: 'directory', name: 'dissolve a group', group: teamName('legacy-catalogue') },
      what: 'The team of the old catalogue is dissolved',
      expect: 'the group is deleted; its agents stay in their others',
      ldif: ldifDelete(team(teamName('legacy-catalogue'))),
    },
    {
      ...{ side: 'zendesk', name: 'membership by hand', email: guest.mail ?? '', group: teamName('vip') },
      what: `Somebody puts ${guest.displayName} into zd-vip, in Zendesk itself`,
      expect: 'the membership is found and taken back',
    },
    {
      ...{ side: 'directory', name: 'change an address', email: cast.moved.mail ?? '' },
      what: `${cast.moved.displayName} has another mail address`,
      expect: 'the new address on the same user, the old one beside it',
      ldif: ldifModify(cast.moved.dn, { replace: { mail: `new.${cast.moved.mail}` } }),
    },
    {
      ...{ side: 'directory', name: 'empty an attribute', email: cast.silent.mail ?? '' },
      what: `${cast.silent.displayName} has no phone any more`,
      expect: 'no phone number',
      ldif: ldifModify(cast.silent.dn, { delete: { telephoneNumber: [] } }),
    },
    {
      ...{ side: 'directory', name: 're-hire', email: leaver.mail ?? '' },
      what: `${leaver.displayName} comes back, with a new entry and the old address`,
      expect: 'the same user, let in again, with the memberships of old',
      ldif: ldifAdd(leaver.dn, personAttributes(leaver)) + enter(leaver, ...homes),
    },
    {
      ...{ side: 'directory', name: 'disable a person', email: cast.disabled.mail ?? '' },
      what: `${cast.disabled.displayName} is marked as having left`,
      expect: 'the user is suspended',
      ldif: ldifModify(cast.disabled.dn, { replace: { employeeStatus: 'left' } }),
    },
  ]
}

/** Different people for every step. Only the newcomer is none of the company's yet. */
function chooseCast(company: SampleCompany) {
  const sound = company.users.filter((person) => {
    return person.status === 'active' && !company.troubles.some((trouble) => trouble.dn === person.dn)
  })
  const agents = sound.filter((person) => person.role === 'agent' && !person.lead && person.employeeType === 'staff')
  const endUsers = sound.filter((person) => person.role === 'end-user' && person.employeeType === 'staff')
  const inTeam = (person: Person, name: string) => groupsOf(company, person).includes(name)
  const taken = new Set<Person>()
  const take = (from: readonly Person[], fits: (person: Person) => boolean = () => true): Person => {
    const person = from.find((one) => !taken.has(one) && fits(one))
    if (person === undefined) throw new RangeError('The company is too small for a day of changes')
    taken.add(person)
    return person
  }
  const mover = take(agents, (one) => inTeam(one, teamName('returns')) && !inTeam(one, teamName('warranty')))
  const guest = take(agents, (one) => !inTeam(one, teamName('vip')))
  const leaver = take(agents, (one) => !['legacy-catalogue', 'repairs'].some((topic) => inTeam(one, `zd-${topic}`)))
  const [bride, caller, moved, silent, disabled] = [
    take(endUsers),
    take(endUsers),
    take(endUsers),
    take(endUsers),
    take(endUsers),
  ]
  return { mover, guest, leaver, bride, caller, moved, silent, disabled, newcomer: newcomerOf(company) }
}

/** The names of the groups that name a person themselves. */
function groupsOf(company: SampleCompany, person: Person): string[] {
  return company.groups.filter((group) => group.members.includes(person.dn)).map((group) => group.name)
}

function newcomerOf({ suffix, people }: SampleCompany): Person {
  const slot = { department: CUSTOMER_CARE, type: 'staff', role: 'agent' } as const
  const name = { given: 'Frøya', family: 'Ångström', asciiGiven: 'froya', asciiFamily: 'angstrom' }
  const work = { city: 'Berlin', phone: '+49 30 23125 777', title: 'Customer Care Specialist' }
  return hire(suffix, slot, people.length, name, work)
}
