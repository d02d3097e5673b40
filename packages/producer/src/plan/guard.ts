import { type DesiredUser, type UserAttributes } from '@provisioner/shared/desired.ts'
import type { GuardCategory, HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { Change } from './change.ts'
import { valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'

/** A limit of the configuration: a share of what is known, but at least `min`. */
export interface GuardLimit {
  readonly share: number
  readonly min: number
}

export interface GuardInput {
  readonly changes: readonly Change[]
  readonly limits: Readonly<Record<'users' | 'groups' | 'memberships' | 'clearings', GuardLimit>>
  /** How many of each kind Zendesk held under our care before this plan. */
  readonly known: Readonly<Record<'users' | 'groups' | 'memberships', number>>
  /** Removals already released inside the window, by category. */
  readonly used: ReadonlyMap<string, number>
  /** What is held at present, with the admin's decisions. */
  readonly held: readonly HeldChange[]
  /** Removals by category that an approved first plan covers. */
  readonly approvedFirst: Readonly<Record<string, number>>
  /** Applied attributes of a user: what a held clearing goes back to. */
  readonly appliedOf: (userId: string) => UserAttributes
  readonly now: number
}

export interface Guarded {
  readonly released: Change[]
  readonly held: HeldChange[]
  /** Released removals that count in the window from now on; those an admin approved do not. */
  readonly counted: { category: GuardCategory; change: Change }[]
}

/**
 * Keeps removals back when there are more than a healthy directory ever has.
 *
 * Per category: allowed = max(min, floor(share × known)) − used in the window. When a plan's removals of a category
 * exceed what is allowed, *all* of them are held: a fault is not let through up to the limit. Approved ones pass and
 * count for nothing; rejected ones stay held. Everything that is no removal goes on.
 */
export function guard(input: GuardInput): Guarded {
  const before = new Map(input.held.map((change) => [change.key, change]))
  const asked = new Map<GuardCategory, { key: string; change: Change; cause: string }[]>()
  for (const change of input.changes)
    for (const item of removalsOf(change)) asked.set(item.category, [...(asked.get(item.category) ?? []), item])

  const held = new Map<string, HeldChange>()
  const counted: Guarded['counted'] = []
  for (const [category, items] of asked) {
    const open = items.filter((item) => decisionOn(before, item) === 'none')
    const fits = open.length <= allowance(category, input)
    for (const item of items) {
      const decision = decisionOn(before, item)
      if (decision === 'approved') continue
      if (decision === 'none' && fits) counted.push({ category, change: item.change })
      else held.set(item.key, describe(item, category, decision, before.get(item.key)?.since ?? input.now))
    }
  }

  const released: Change[] = []
  for (const change of input.changes) {
    if (change.removal && held.has(`${change.kind}|${change.id}`)) continue
    const kept = change.cleared.filter((name) => held.has(`${change.kind}|${change.id}|${name}`))
    const rest = kept.length === 0 ? change : withoutClearings(change, kept, input.appliedOf(change.id))
    if (rest) released.push(rest)
  }
  return {
    released,
    held: [...held.values()],
    counted: counted.filter(({ change }) => released.some((r) => r.id === change.id)),
  }
}

/** What of a change the guard counts: the removal itself, and each attribute that it empties. */
function removalsOf(change: Change): { category: GuardCategory; key: string; change: Change; cause: string }[] {
  const key = `${change.kind}|${change.id}`
  return [
    ...(change.removal ? [{ category: change.removal.category, key, change, cause: change.removal.cause }] : []),
    ...change.cleared.map((name) => ({
      category: `clearings:${name}` as const,
      key: `${key}|${name}`,
      change,
      cause: 'emptied',
    })),
  ]
}

/** An approval holds only for the operation it was given for. */
function decisionOn(
  before: ReadonlyMap<string, HeldChange>,
  item: { key: string; change: Change },
): HeldChange['decision'] {
  const known = before.get(item.key)
  return known && known.operation === item.change.operation ? known.decision : 'none'
}

function allowance(category: GuardCategory, { limits, known, used, approvedFirst }: GuardInput): number {
  const clearing = category.startsWith('clearings:')
  const limit = clearing ? limits.clearings : limits[category as 'users' | 'groups' | 'memberships']
  const population = clearing ? known.users : known[category as 'users' | 'groups' | 'memberships']
  const allowed = Math.max(limit.min, Math.floor(limit.share * population)) - (used.get(category) ?? 0)
  return Math.max(allowed, approvedFirst[category] ?? 0)
}

function describe(
  { key, change, cause }: { key: string; change: Change; cause: string },
  category: GuardCategory,
  decision: HeldChange['decision'],
  since: number,
): HeldChange {
  return { key, category, operation: change.operation, dn: change.dn, label: change.label, cause, since, decision }
}

/** The change with the held clearings taken out; undefined when nothing else is in it. */
function withoutClearings(change: Change, kept: readonly string[], applied: UserAttributes): Change | undefined {
  const changed = change.changed.filter((name) => !kept.includes(name))
  if (changed.length === 0) return undefined
  const desired = change.desired as DesiredUser
  const attributes = kept.reduce((all, name) => withValue(all, name, valueOf(applied, name)), desired.attributes)
  return {
    ...change,
    changed,
    cleared: change.cleared.filter((n) => !kept.includes(n)),
    desired: { ...desired, attributes },
  }
}
