import type { Person } from './person.ts'
import { AGENCIES, COMPANY } from './workplaces.ts'

/** As Zendesk's API writes them, as far as the sample says anything. */
export interface ZendeskUser {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role: 'end-user' | 'agent' | 'admin'
  readonly phone: string | null
  readonly tags: readonly string[]
  readonly organization_id: number | null
  readonly external_id: string | null
  readonly suspended: boolean
  readonly created_at: string
}

export interface ZendeskBefore {
  readonly users: readonly ZendeskUser[]
  readonly groups: readonly { readonly id: number; readonly name: string; readonly default: boolean }[]
  readonly memberships: readonly {
    readonly id: number
    readonly user_id: number
    readonly group_id: number
    readonly default: boolean
  }[]
  readonly organizations: readonly { readonly id: number; readonly name: string }[]
  /** `role_type` 0 is a role of the account's own, 1 a light agent. */
  readonly customRoles: readonly { readonly id: number; readonly name: string; readonly role_type: number }[]
  readonly userFields: readonly {
    readonly id: number
    readonly key: string
    readonly title: string
    readonly type: 'text'
  }[]
}

/** Zendesk's ids are larger than 32 bits. */
const FIRST_ID = 9_100_000_000_001
const CREATED = '2025-03-01T08:00:00Z'

const GROUPS = ['Support', 'zd-returns', 'zd-warranty', 'ZD-Orders', 'Billing', 'Customer Care (old)']

const AGENTS = 10
const END_USERS = 26
const LEFT = 3

/** People whom the directory does not know. The first owns the account. */
const STRANGERS = [
  { name: 'Otto Owner', email: 'owner@example.org', role: 'admin' },
  { name: 'Petra Partner', email: 'petra@partner.example', role: 'agent' },
  { name: 'Pavel Partner', email: 'pavel@partner.example', role: 'agent' },
  { name: 'Kim Customer', email: 'kim@customer.example', role: 'end-user' },
  { name: 'Lee Customer', email: 'lee@customer.example', role: 'end-user' },
  { name: 'Max Müller', email: 'max.mueller@customer.example', role: 'end-user' },
] as const

/**
 * The account as years of work by hand have left it: 45 users, of whom the directory knows 39, three of them people
 * who left long ago; old phone numbers, addresses in another case, six groups, one of which differs from the
 * directory's in case only.
 */
export function zendeskBefore(people: readonly Person[]): ZendeskBefore {
  const ids = { last: FIRST_ID - 1 }
  const id = () => (ids.last += 1)
  const organizations = [COMPANY, AGENCIES.known].map((name) => ({ id: id(), name }))
  const customRoles = [
    { id: id(), name: 'Team lead', role_type: 0 },
    { id: id(), name: 'Light agent', role_type: 1 },
  ]
  const userFields = [{ id: id(), key: 'cost_center', title: 'Cost center', type: 'text' as const }]
  const groups = GROUPS.map((name, at) => ({ id: id(), name, default: at === 0 }))
  const strangers = STRANGERS.map((stranger) => ({
    ...{ ...stranger, id: id(), phone: null, tags: [], organization_id: null, external_id: null, suspended: false },
    created_at: CREATED,
  }))
  const known = chosen(people).map((person, at) => formerSelf(person, at, id(), organizations))
  const users = [...strangers, ...known]
  const memberships = users
    .filter((user) => user.role !== 'end-user')
    .flatMap((user, at) =>
      [groups[0], at % 2 === 0 ? groups[1 + (at % 5)] : undefined]
        .filter((group) => group !== undefined)
        .map((group, place) => ({ id: id(), user_id: user.id, group_id: group.id, default: place === 0 })),
    )
  return { users, groups, memberships, organizations, customRoles, userFields }
}

function chosen(people: readonly Person[]): Person[] {
  const active = people.filter((person) => person.inScope && person.status === 'active')
  return [
    ...active.filter((person) => person.role === 'agent').slice(0, AGENTS),
    ...active.filter((person) => person.role === 'end-user' && person.mail?.includes('.')).slice(10, 10 + END_USERS),
    ...people.filter((person) => person.status === 'left').slice(0, LEFT),
  ]
}

function formerSelf(
  person: Person,
  at: number,
  id: number,
  organizations: ZendeskBefore['organizations'],
): ZendeskUser {
  const email = person.mail ?? ''
  return {
    id,
    name: at % 3 === 0 ? `${person.familyName}, ${person.givenName}` : person.displayName,
    email: at % 4 === 1 ? email.replace(/(?:^|[.@])[a-z]/g, (part) => part.toUpperCase()) : email,
    role: person.role,
    phone: at % 5 === 0 ? '+49 30 23125 000' : null,
    tags: at % 6 === 0 ? ['vip', 'newsletter'] : [],
    organization_id: organizations.find(({ name }) => name === person.organization)?.id ?? null,
    external_id: null,
    suspended: false,
    created_at: CREATED,
  }
}
