import type { Account } from '../account.ts'
import { noteChange, notingChanges } from '../changes/user-changes.ts'
import { addMembership } from '../groups/memberships.ts'
import { DEFAULT_LOCALE } from '../locales.ts'
import { forbidden, invalid } from '../refusal.ts'
import type { UserRecord } from '../records.ts'
import { DEFAULT_TIME_ZONE } from '../time-zones.ts'
import { assignAttributes } from './assign-attributes.ts'
import { assignBrands, leaveBrands, readBrands } from './brands.ts'
import { primaryEmail } from './find-users.ts'
import { addIdentity, changeEmail, checkEmail, checkUnused } from './identities.ts'
import { indexUser } from './index-user.ts'
import { mailAddress, mailUpdate } from './mails.ts'
import { assignPhone } from './phone.ts'
import { readRole } from './read-role.ts'
import { endSessionsOf } from './sessions.ts'
import { groupsOf, handOnTickets } from '../tickets/hand-on-tickets.ts'
import { changeRole, leaveTeam } from './team.ts'
import type { UserBody } from './user-body.ts'

/** Nothing is written when anything is refused. */
export function createUser(account: Account, body: UserBody, id = account.nextId()): UserRecord {
  const now = account.timestamp()
  const email = typeof body['email'] === 'string' && body['email'].trim() !== '' ? body['email'].trim() : undefined
  if (email !== undefined) {
    checkEmail(account, email, 'email')
    checkUnused(account, email, 'email')
  }
  const user: UserRecord = { ...blankUser(id), created_at: now, updated_at: now }
  const name = body['name'] ?? email?.split('@')[0]
  assignAttributes(account, user, { ...body, name })
  const { role, customRoleId } = readRole(account, body, user)
  const asked = readBrands(account, body, role)
  changeRole(account, user, role, customRoleId)
  account.users.add(user)
  assignBrands(account, user, { asked, joined: true })
  if (user.external_id !== null) account.externalIds.set(user.external_id.toLowerCase(), user)
  if (email !== undefined)
    addIdentity(account, user, {
      type: 'email',
      value: email,
      verified: body['verified'] === true,
    })
  assignPhone(account, user, body)
  if (account.settings.unknowns.groupIdsOnCreate === 'obeyed') joinGroups(account, user, body['group_ids'])
  if (email !== undefined) mailAddress(account, user, 'welcome', email, body)
  indexUser(account, user)
  noteChange(account, { user, what: 'created' })
  return user
}

/** Nothing is written when anything is refused. */
export function updateUser(account: Account, user: UserRecord, body: UserBody): UserRecord {
  return notingChanges(account, user, () => update(account, user, body))
}

function update(account: Account, user: UserRecord, body: UserBody): UserRecord {
  const { ownerChanges } = account.settings.unknowns
  if (body['suspended'] === true && user.id === account.ownerId && ownerChanges === 'refused')
    throw invalid('suspended', 'The account owner cannot be suspended', 'InvalidValue')
  const changed = { ...user }
  assignAttributes(account, changed, body)
  const { role, customRoleId } = readRole(account, body, user)
  const asked = readBrands(account, body, role)
  const newEmail = changeEmail(account, user, body)
  const joined = user.role === 'end-user'
  if (role !== user.role || customRoleId !== user.custom_role_id) changeRole(account, user, role, customRoleId)
  assignBrands(account, user, { asked, joined })
  const { default_group_id: _, role: _role, custom_role_id: _customRole, ...attributes } = changed
  if (user.external_id !== null) account.externalIds.delete(user.external_id.toLowerCase())
  Object.assign(user, attributes)
  if (user.external_id !== null) account.externalIds.set(user.external_id.toLowerCase(), user)
  if (user.role === 'end-user') Object.assign(user, { moderator: false, ticket_restriction: null })
  const address = body['verified'] === true ? primaryEmail(account, user.id) : undefined
  if (address) address.verified = true
  if (newEmail) newEmail()
  else mailUpdate(account, user, body)
  assignPhone(account, user, body)
  user.updated_at = account.timestamp()
  indexUser(account, user)
  return user
}

/** The address and the external id are free at once; the record stays for whoever asks for its id. */
export function deleteUser(account: Account, user: UserRecord): UserRecord {
  const isSelf = user.id === account.apiUserId && account.settings.unknowns.selfDeletion === 'refused'
  if (user.id === account.ownerId || isSelf) throw forbidden('The account owner and the current user cannot be deleted')
  const tickets = account.tickets.by('requester', user.id).filter(({ status }) => status !== 'closed').length
  if (tickets > 0) throw invalid('base', `User is requester on ${tickets} ticket(s) that are not closed.`)
  const groups = groupsOf(account, user)
  leaveTeam(account, user)
  leaveBrands(account, user)
  handOnTickets(account, user, groups)
  endSessionsOf(account, user.id)
  for (const identity of account.identities.by('user', user.id)) account.identities.remove(identity)
  if (user.external_id !== null) account.externalIds.delete(user.external_id.toLowerCase())
  Object.assign(user, {
    role: 'end-user',
    custom_role_id: null,
    active: false,
    verified: false,
    external_id: null,
  })
  Object.assign(user, { phone: null, shared_phone_number: null, updated_at: account.timestamp() })
  indexUser(account, user)
  noteChange(account, { user, what: 'deleted' })
  return user
}

function joinGroups(account: Account, user: UserRecord, groupIds: unknown): void {
  if (!Array.isArray(groupIds) || user.role === 'end-user') return
  for (const id of groupIds) {
    const group = account.groups.get(Number(id))
    const member = account.memberships.by('user', user.id).some((one) => one.group_id === Number(id))
    if (group && !group.deleted && !member) addMembership(account, user, group, false)
  }
}

function blankUser(id: number) {
  return {
    id,
    name: '',
    role: 'end-user' as const,
    custom_role_id: null,
    external_id: null,
    active: true,
    suspended: false,
    verified: false,
    phone: null,
    shared_phone_number: null,
    photo: null,
    alias: null,
    details: null,
    notes: null,
    signature: null,
    organization_id: null,
    organization_ids: [],
    default_group_id: null,
    locale: DEFAULT_LOCALE,
    time_zone: DEFAULT_TIME_ZONE,
    tags: [],
    user_fields: {},
    moderator: false,
    only_private_comments: false,
    ticket_restriction: null,
    last_login_at: null,
    indexed: [],
  }
}
