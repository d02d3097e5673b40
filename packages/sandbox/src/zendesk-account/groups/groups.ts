import { removeMembership, addMembership } from './memberships.ts'
import type { Account } from '../account.ts'
import { forbidden, invalid } from '../refusal.ts'
import type { GroupRecord } from '../records.ts'
import { orphanTickets } from '../tickets/hand-on-tickets.ts'

export interface GroupBody {
  readonly name?: unknown
  readonly description?: unknown
  readonly is_public?: unknown
}

export function createGroup(account: Account, body: GroupBody): GroupRecord {
  const now = account.timestamp()
  return account.groups.add({
    id: account.nextId(),
    name: readName(account, body.name),
    description: String(body.description ?? ''),
    is_public: body.is_public !== false,
    default: false,
    deleted: false,
    created_at: now,
    updated_at: now,
  })
}

export function updateGroup(account: Account, group: GroupRecord, body: GroupBody): GroupRecord {
  if (body.is_public === true && !group.is_public)
    throw invalid('is_public', 'Is public: a private group cannot be made public', 'InvalidValue')
  if (body.name !== undefined) group.name = readName(account, body.name, group)
  if (body.description !== undefined) group.description = String(body.description ?? '')
  if (body.is_public === false) group.is_public = false
  group.updated_at = account.timestamp()
  return group
}

/** Its memberships go with it; who was in no other group is moved to the default one. */
export function deleteGroup(account: Account, group: GroupRecord): void {
  const { defaultGroupDeletion, onlyGroupDeletion } = account.settings.unknowns
  if (group.default && defaultGroupDeletion === 'refused')
    throw forbidden('The default group of the account cannot be deleted')
  const memberships = account.memberships.by('group', group.id)
  const only = memberships.filter((one) => account.memberships.by('user', one.user_id).length === 1)
  if (only.length > 0 && onlyGroupDeletion === 'refused')
    throw invalid('base', 'Agents must belong to at least one group', 'LastGroupMembership')
  group.deleted = true
  group.updated_at = account.timestamp()
  orphanTickets(account, group.id)
  for (const membership of memberships) removeMembership(account, membership)
  const home = account.defaultGroup
  for (const { user_id } of only) {
    const user = account.users.get(user_id)
    if (user && home) addMembership(account, user, home, true)
  }
}

function readName(account: Account, name: unknown, self?: GroupRecord): string {
  if (typeof name !== 'string' || name.trim() === '') throw invalid('name', 'Name: cannot be blank', 'BlankValue')
  const same = (one: GroupRecord) => !one.deleted && one !== self && one.name.toLowerCase() === name.toLowerCase()
  if (account.settings.unknowns.groupNames === 'unique' && account.groups.find(same))
    throw invalid('name', `Name: ${name} has already been taken`, 'DuplicateValue')
  return name.trim()
}

export function showGroup(account: Account, group: GroupRecord): object {
  const { id, is_public, name, description, deleted, created_at, updated_at } = group
  const url = `${account.origin}/api/v2/groups/${id}.json`
  return {
    url,
    id,
    is_public,
    name,
    description,
    default: group.default,
    deleted,
    created_at,
    updated_at,
  }
}
