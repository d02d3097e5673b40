import { accountKeys } from '@provisioner/shared/ledger/keys.ts'

/** Every key of an account's budget in Redis. */
export function budgetKeys(accountId: string) {
  const { budget: prefix, budgetSlots } = accountKeys(accountId)
  return {
    /** Hash, see minute.lua.ts. */
    state: prefix,
    /** Sorted set, see {@link accountKeys}. */
    slots: budgetSlots,
    /** Channel: a job status was given back. */
    released: `${prefix}:released`,
    /** List of times of the last five writes to a user, ms. */
    userWrites: (userId: string) => `${prefix}:user:${userId}`,
    /** String that ends with the user's pause. */
    userPause: (userId: string) => `${prefix}:user:${userId}:pause`,
  } as const
}
