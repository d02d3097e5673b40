import { accountTag } from './ledger/keys.ts'

/** The operations a job can name. They are the job names in BullMQ and in Bull Board. */
export type Operation =
  | 'create user'
  | 'update user'
  | 'suspend user'
  | 'restore user'
  | 'delete user'
  | 'create group'
  | 'rename group'
  | 'delete group'
  | 'add member'
  | 'remove member'

/** The queues of a connection's changes: one per batchable operation, removals first of all. */
export const CHANGE_QUEUES = [
  'users.remove',
  'memberships.remove',
  'users.create',
  'users.update',
  'groups',
  'memberships.add',
] as const
export type ChangeQueue = (typeof CHANGE_QUEUES)[number]

/** The queue an operation's jobs wait on. Restores go with updates: both are `update_many`. */
export const QUEUE_OF = {
  'create user': 'users.create',
  'update user': 'users.update',
  'restore user': 'users.update',
  'suspend user': 'users.remove',
  'delete user': 'users.remove',
  'create group': 'groups',
  'rename group': 'groups',
  'delete group': 'groups',
  'add member': 'memberships.add',
  'remove member': 'memberships.remove',
} as const satisfies Record<Operation, ChangeQueue>

/** What BullMQ's keys of an account's queues begin with: they lie where the ledger lies, on a cluster too. */
export function queuePrefix(account: string): string {
  return accountTag(account)
}

/**
 * Events that are kept of a queue, about. BullMQ itself would keep 10,000, which is more than a MB for each queue. They
 * wake workers, and nobody reads those of yesterday.
 */
const KEPT_EVENTS = 1_000

/** What everybody who opens a queue of an account says of it: of how much is kept, BullMQ believes the last one. */
export function queueOptions(account: string) {
  return { prefix: queuePrefix(account), streams: { events: { maxLen: KEPT_EVENTS } } } as const
}

/** A queue of changes as BullMQ knows it; the dots make Bull Board show a tree. */
export function changeQueueName(connection: string, queue: ChangeQueue): string {
  return `${connection}.${queue}`
}

/**
 * The names of a cycle's jobs. A full one takes nothing for granted: all is planned, looked up and audited anew. One of
 * changed entries runs ahead of a cycle, with what these entries prove by themselves. One of a plan carries that out,
 * and nothing else.
 */
export const CYCLE_JOBS = {
  ordinary: 'cycle',
  full: 'full cycle',
  changed: 'changed entries',
  plan: 'plan',
} as const
export type CycleJobName = (typeof CYCLE_JOBS)[keyof typeof CYCLE_JOBS]

/** The queue of a connection's cycles: one at a time, however many producers run. */
export function cycleQueueName(connection: string): string {
  return `${connection}.cycle`
}

/** True for the queues whose jobs take access away: they overtake everything else. */
export function isRemovalQueue(queue: ChangeQueue): boolean {
  return queue === 'users.remove' || queue === 'memberships.remove'
}
