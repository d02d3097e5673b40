import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'

/** A limit of the configuration: a share of what is known, but at least `min`. */
export interface GuardLimit {
  readonly share: number
  readonly min: number
}

export interface GuardLimits {
  readonly window: number
  readonly users: GuardLimit
  readonly groups: GuardLimit
  readonly memberships: GuardLimit
  readonly clearings: GuardLimit
  readonly promotions: GuardLimit
  readonly updates: GuardLimit
  readonly creations?: GuardLimit | undefined
}

/** The limit of a category, `updates:phone` for one; undefined where it has none. */
export function limitOf(category: GuardCategory, limits: GuardLimits): GuardLimit | undefined {
  const [name = ''] = category.split(':')
  return name === 'window' ? undefined : (limits as unknown as Readonly<Record<string, GuardLimit | undefined>>)[name]
}

/** How many changes a limit allows in its window, of so many that are known. */
export function allowed({ share, min }: GuardLimit, known: number): number {
  return Math.max(min, Math.floor(share * known))
}
