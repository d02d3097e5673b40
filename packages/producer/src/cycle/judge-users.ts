import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { UserDoubts } from '../source/user-doubts.ts'

/** Users whose memberships may not have been read, and what follows. */
export interface UsersInDoubt {
  /** Ids → DNs. */
  readonly users: ReadonlyMap<string, string>
  /** Why what would be taken from one of them is asked for. The same in each cycle, for decisions are about it. */
  readonly what: string
  readonly doubts: UserDoubts
}

export function judgeUsers(doubts: UserDoubts, { directory }: ConnectionConfig): UsersInDoubt {
  const what = `the entry shows no ${String(directory.membership.user)} any more, nor do others, as far as the bind DN may read`
  return { users: doubts.inDoubt(), what, doubts }
}
