import { ldifEntry } from '../servers/ldif.ts'
import type { Person } from './person.ts'
import { CITIES, CUSTOMER_CARE, OTHER_DEPARTMENTS } from './workplaces.ts'

/** A groupOfNames in the sample directory. */
export interface Group {
  readonly dn: string
  readonly name: string
  readonly description: string
  /** DNs of people and of other groups. */
  readonly members: readonly string[]
  /** Whether it becomes a group in Zendesk. */
  readonly provisioned: boolean
}

/** Teams beside the first lines of the cities. */
const TOPICS = [
  ...['second-line', 'returns', 'warranty', 'repairs', 'orders', 'payments', 'b2b', 'vip', 'social-media'],
  ...['night-shift', 'onboarding', 'escalations', 'translations', 'legacy-catalogue'],
] as const

export type Topic = (typeof TOPICS)[number]

/** The group of everybody whom Zendesk shall know. It has no person of its own, only groups. */
export const SCOPE_GROUP = 'zendesk'

/** Entries that no person of the company may lose their last group with. */
export function groups(suffix: string, people: readonly Person[]): Group[] {
  const group = (name: string, description: string, members: readonly string[]): Group => ({
    ...{ dn: groupDn(suffix, name), name, description, members },
    provisioned: name.startsWith('zd-'),
  })
  const agents = people.filter((person) => person.role === 'agent')
  const dns = (chosen: readonly Person[]) => chosen.map((person) => person.dn)
  return [
    group('agents', 'Everybody who answers tickets', dns(agents)),
    group('leads', 'Leads of the customer care teams', dns(agents.filter((person) => person.lead))),
    ...scopeGroups(suffix, people, group),
    ...CITIES.map(({ name, team }) => {
      const here = dns(agents.filter((person) => person.city === name))
      return group(`zd-first-line-${team}`, `First line, ${name}`, here)
    }),
    ...TOPICS.map((topic, at) => group(teamName(topic), `Team ${topic}`, team(topic, at, agents, people))),
  ]
}

export function teamName(topic: Topic): string {
  return `zd-${topic}`
}

export function groupDn(suffix: string, name: string): string {
  return `cn=${name},ou=groups,${suffix}`
}

export function groupLdif(group: Group): string {
  const { dn, name: cn, description, members: member } = group
  return ldifEntry(dn, { objectClass: 'groupOfNames', cn, description, member })
}

/** Nested three deep, and in a circle: the two staff groups name each other, as the groups of merged companies do. */
function scopeGroups(
  suffix: string,
  people: readonly Person[],
  group: (name: string, description: string, members: readonly string[]) => Group,
): Group[] {
  const inside = (...names: string[]) => names.map((name) => groupDn(suffix, name))
  const departments = [CUSTOMER_CARE, ...OTHER_DEPARTMENTS].map(({ key, name }) => {
    const members = people.filter((one) => one.department === key && one.employeeType === 'staff' && one.inScope)
    return group(
      `dept-${key}`,
      name,
      members.map((person) => person.dn),
    )
  })
  return [
    ...departments,
    group('staff-dach', 'Staff of the former DACH company', inside('dept-finance', 'dept-warehouse', 'staff-europe')),
    group(
      'staff-europe',
      'Staff in Europe',
      inside('dept-customer-care', 'dept-sales', 'dept-marketing', 'staff-dach'),
    ),
    group(
      SCOPE_GROUP,
      'Everybody whom Zendesk knows',
      inside('staff-europe', 'dept-it', 'dept-product', 'dept-people'),
    ),
  ]
}

/** Each topic has every eighth agent or so. One team has somebody who is no agent, which Zendesk refuses. */
function team(topic: Topic, at: number, agents: readonly Person[], people: readonly Person[]): string[] {
  const step = topic === 'legacy-catalogue' ? 16 : 8
  const members = agents.filter((_agent, index) => (index + at * 3) % step === 0)
  const stranger = people.find(
    ({ role, inScope, department }) => role === 'end-user' && inScope && department === 'sales',
  )
  return [...members, ...(topic === 'orders' && stranger ? [stranger] : [])].map((person) => person.dn)
}
