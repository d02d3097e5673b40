import type { ChangeQueue } from '@provisioner/shared/queues.ts'

/** What each queue of a connection is for, as the board says it. */
export const QUEUE_DESCRIPTIONS: Readonly<Record<ChangeQueue | 'cycle', string>> = {
  'users.remove': 'Users to suspend or delete: sent before everything else',
  'memberships.remove': 'Memberships to take away: sent before everything but leavers',
  'users.create': 'Users to create',
  'users.update': 'Users to update or restore',
  groups: 'Groups to create, rename or delete',
  'memberships.add': 'Memberships to add, once the user and the group exist',
  cycle: 'Reads of the directory and the plans that come of them: one at a time',
}
