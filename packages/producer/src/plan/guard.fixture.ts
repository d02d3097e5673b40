import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { Change, EntityPlan } from './change.ts'
import { guard, type Guarded, type GuardInput } from './guard.ts'

/** A change of a user from some attributes to others. */
export function userChange(id: string, attributes: UserAttributes, more: Partial<Change> = {}): Change {
  return {
    kind: 'user',
    id,
    dn: `uid=${id}`,
    label: id,
    operation: 'update user',
    desired: { presence: 'active', attributes, createOnly: [], tagsMode: 'merge' },
    changed: Object.keys(attributes),
    cleared: [],
    ...more,
  }
}

export function suspension(id: string): Change {
  const removal = { category: 'users' as const, cause: 'deleted' }
  return userChange(id, {}, { operation: 'suspend user', changed: ['suspended'], removal })
}

export function planOf(change: Change): EntityPlan {
  return { change, problems: [] }
}

const limit = { share: 0.05, min: 3 }
/** The same small limit for every category, so that a test is about what is counted. */
export const LIMITS: GuardInput['limits'] = {
  window: 86_400_000,
  users: limit,
  groups: limit,
  memberships: limit,
  clearings: limit,
  promotions: limit,
  updates: limit,
}

/** Runs the guard over changes of users who hold `applied`; of 100 users, 10 groups and 100 memberships unless said. */
export function runGuard(
  changes: readonly (Change | EntityPlan)[],
  { applied = {}, ...input }: Partial<GuardInput> & { applied?: UserAttributes } = {},
): Guarded {
  return guard({
    plans: changes.map((one) => ('kind' in one ? planOf(one) : one)),
    limits: LIMITS,
    known: { users: 100, groups: 10, memberships: 100 },
    used: new Map(),
    held: [],
    decisions: new Map(),
    approvedFirst: () => 0,
    subjectOf: () => ({ applied, privileged: applied['role'] === 'admin' }),
    shown: {},
    now: 1,
    ...input,
  })
}

export function times<T>(count: number, make: (id: string) => T): T[] {
  return Array.from({ length: count }, (_one, i) => make(`u${i}`))
}

/** How many changes of each category are held. */
export function heldBy({ held }: Guarded): Partial<Record<GuardCategory, number>> {
  return Object.fromEntries(
    [...Map.groupBy(held, ({ category }) => category)].map(([category, some]) => [category, some.length]),
  )
}
