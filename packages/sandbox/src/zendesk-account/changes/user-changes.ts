import type { Account } from '../account.ts'
import type { UserChange, UserRecord } from '../records.ts'
import { showUser } from '../users/show-user.ts'

/** Attributes whose changes have an event; of the others nobody is told (developer.zendesk.com, "User events"). */
const EVENTS: Readonly<Record<string, string>> = {
  name: 'name_changed',
  alias: 'alias_changed',
  details: 'details_changed',
  notes: 'notes_changed',
  email: 'identity_changed',
  external_id: 'external_id_changed',
  role: 'role_changed',
  custom_role_id: 'custom_role_changed',
  default_group_id: 'default_group_changed',
  only_private_comments: 'only_private_comments_changed',
  suspended: 'suspended_changed',
  tags: 'tags_changed',
  time_zone: 'time_zone_changed',
  user_fields: 'custom_field_changed',
}

/** Tells whoever listens. */
export function noteChange(account: Account, change: UserChange): void {
  for (const listen of account.listeners) listen(change)
}

/** Does something with a user, and tells what of them is another than before. */
export function notingChanges<T>(account: Account, user: UserRecord, run: () => T): T {
  if (account.listeners.length === 0) return run()
  const before = showUser(account, user)
  const result = run()
  const after = showUser(account, user)
  for (const name of Object.keys(after)) {
    if (name === 'updated_at' || JSON.stringify(before[name]) === JSON.stringify(after[name])) continue
    noteChange(account, {
      user,
      what: EVENTS[name] ?? `${name} of which no webhook tells`,
      before: before[name],
      after: after[name],
    })
  }
  return result
}
