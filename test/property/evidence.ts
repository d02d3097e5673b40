import type { Problem } from '@provisioner/shared/problem.ts'
import type { GroupWish } from './group-wishes.ts'
import type { History } from './history.ts'
import type { Account } from './look-at-account.ts'
import type { Wish } from './wishes.ts'

/** All that a verdict is made of: the directory's wishes, the account, the way there, and what was reported. */
export interface Evidence {
  readonly wishes: readonly Wish[]
  readonly groupWishes: readonly GroupWish[]
  readonly account: Account
  readonly history: History
  readonly problems: readonly Problem[]
}
