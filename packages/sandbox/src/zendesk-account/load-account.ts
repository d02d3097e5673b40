import { Account, type Settings } from './account.ts'
import { addMembership } from './groups/memberships.ts'
import type { Credentials } from './account-plan.ts'
import type { AccountBefore } from './sandbox-options.ts'
import { activeUser, ownerOfEmail } from './users/find-users.ts'
import { indexUser } from './users/index-user.ts'
import { addTicket } from './tickets/write-ticket.ts'
import { leaveTeam, joinDefaultGroup } from './users/team.ts'
import { createUser } from './users/write-user.ts'
import type { UserRecord } from './records.ts'

/** An account with what it had before, an owner, the API's admin, and the default group, in which both are. */
export function loadAccount(
  settings: Settings,
  seed: number,
  credentials: Credentials,
  before: AccountBefore,
): Account {
  const account = new Account(settings, seed)
  const now = account.timestamp()
  const stamps = { created_at: now, updated_at: now }
  for (const group of before.groups ?? [])
    account.groups.add({
      description: '',
      is_public: true,
      deleted: false,
      ...stamps,
      ...group,
      default: group.default === true,
    })
  if (!account.defaultGroup) addDefaultGroup(account, stamps)
  for (const one of before.organizations ?? []) account.organizations.add({ external_id: null, ...stamps, ...one })
  for (const one of brandsBefore(before)) account.brands.add({ active: true, default: false, ...stamps, ...one })
  for (const one of before.customRoles ?? []) account.customRoles.add(one)
  for (const one of before.userFields ?? []) account.userFields.add(one)

  for (const user of before.users ?? []) {
    const made = createUser(account, { ...user, skip_verify_email: true }, user.id ?? account.nextId())
    Object.assign(made, 'created_at' in user && { created_at: user.created_at })
  }
  const admin = account.users.all().find((user) => user.role === 'admin')
  account.ownerId = (admin ?? makeAdmin(account, 'Account Owner', 'owner@example.org')).id
  account.apiUserId = (ownerOfEmail(account, credentials.email) ?? makeAdmin(account, 'API', credentials.email)).id

  const listed = new Set((before.memberships ?? []).map((one) => one.user_id))
  for (const userId of listed) leaveGroups(account, activeUser(account, userId))
  for (const { id, user_id, group_id, default: asDefault = false } of before.memberships ?? [])
    addMembership(account, activeUser(account, user_id), account.groups.get(group_id)!, asDefault, id)
  for (const user of account.users.all()) {
    if (user.role !== 'end-user') joinDefaultGroup(account, user)
    user.indexed.length = 0
    indexUser(account, user)
    user.indexed[0] = { ...user.indexed[0]!, at: 0 }
  }
  for (const ticket of before.tickets ?? []) addTicket(account, ticket)
  account.mails.length = 0
  return account
}

/** An account has one brand at least. */
function brandsBefore({ brands = [] }: AccountBefore): NonNullable<AccountBefore['brands']> {
  return brands.length > 0 ? brands : [{ id: 1, name: 'Acme', subdomain: 'acme', default: true }]
}

function addDefaultGroup(account: Account, stamps: { readonly created_at: string; readonly updated_at: string }): void {
  const attributes = { name: 'Support', description: '', is_public: true, default: true, deleted: false }
  account.groups.add({ id: account.nextId(), ...attributes, ...stamps })
}

function makeAdmin(account: Account, name: string, email: string): UserRecord {
  return createUser(account, {
    name,
    email,
    role: 'admin',
    verified: true,
    skip_verify_email: true,
  })
}

function leaveGroups(account: Account, user: UserRecord): void {
  const { moderator, ticket_restriction } = user
  leaveTeam(account, user)
  Object.assign(user, { moderator, ticket_restriction })
}
