import { inMb } from '@provisioner/shared/redis-facts.ts'

/** How many users and memberships one account gets of the directories. */
export interface DirectorySize {
  readonly users: number
  readonly memberships: number
}

/** Bytes of the ledger, measured by `npm run bench -- redis-bytes`: docs/operations.md, "How large". */
const USER = 630
const MEMBERSHIP = 205
/** Beside that, with its job, while it waits. */
const WAITING = 2_048
/** Jobs that have ended, job statuses and queues, whatever the directory's size. */
const QUEUES = 45 * 2 ** 20

/** Bytes that users and memberships take: when all are in sync, and while the first plan waits in the queues. */
export interface MemoryNeed extends DirectorySize {
  readonly inSync: number
  readonly atMost: number
}

/** What a Redis needs for the directories of its accounts; undefined where nobody has counted. */
export function memoryNeeded(sizes: readonly DirectorySize[]): MemoryNeed | undefined {
  if (sizes.length === 0) return undefined
  const sum = (of: keyof DirectorySize) => sizes.reduce((all, size) => all + size[of], 0)
  const [users, memberships] = [sum('users'), sum('memberships')]
  const inSync = QUEUES + users * USER + memberships * MEMBERSHIP
  return { users, memberships, inSync, atMost: inSync + (users + memberships) * WAITING }
}

/** The same in words. */
export function describeNeed({ users, memberships, inSync, atMost }: MemoryNeed): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  return (
    `${count(users, 'user')} and ${count(memberships, 'membership')} take some ${inMb(inSync)}, ` +
    `and ${inMb(atMost)} while the first plan waits`
  )
}
