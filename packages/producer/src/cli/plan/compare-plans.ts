import { fingerprint } from '@provisioner/shared/desired.ts'
import { formatEntityMember, formatHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import { problemKey, type Problem } from '@provisioner/shared/problem.ts'
import { countBy, type CyclePlan } from '../../cycle/cycle-plan.ts'
import type { NameOfId } from '../../cycle/names-of-ids.ts'
import type { Seats } from '../../cycle/seats-of-plan.ts'
import type { Starts } from '../../cycle/starts-of-plan.ts'
import { worthALook } from './held-of-plan.ts'
import { describeValues, valuesOf } from './values-of-change.ts'

/** A plan with what its values are told by. */
export interface ComparedPlan {
  readonly plan: CyclePlan
  readonly starts: Starts
  /** Names of attributes whose values nobody is to see. */
  readonly masked: ReadonlySet<string>
  readonly nameOf: NameOfId
}

/** One thing that a plan does or holds. */
interface Item {
  readonly key: string
  readonly operation: string
  readonly dn: string
  readonly label: string
  /** The guard's category of what is held; null of what goes out by itself. */
  readonly held: string | null
  /** Old and new values as a text, those that are masked as such; of what is held its cause. */
  readonly values: string
}

/**
 * How two plans differ in one thing.
 *
 *   added    the new one alone does it
 *   dropped  the present one alone does it
 *   other    both do something with it, but not the same
 */
export interface ComparedItem extends Item {
  readonly how: 'added' | 'dropped' | 'other'
  /** What the present one does, where that is other. */
  readonly was?: Pick<Item, 'operation' | 'held' | 'values'>
}

/** What one configuration would do other than another, on the same directory. */
export interface Comparison {
  readonly connection: string
  readonly items: readonly ComparedItem[]
  readonly totals: { readonly before: CyclePlan['totals']; readonly after: CyclePlan['totals'] }
  readonly seats: { readonly before: Seats; readonly after: Seats }
  /** Problems that come and that go, by code. */
  readonly problems: { readonly come: Readonly<Record<string, number>>; readonly go: Readonly<Record<string, number>> }
}

/** Compares what two configurations of one connection plan. Of first plans, what their approval would do. */
export function comparePlansOf(connection: string, present: ComparedPlan, next: ComparedPlan): Comparison {
  const before = itemsOf(present)
  const after = itemsOf(next)
  const items: ComparedItem[] = []
  for (const [key, { print, item }] of after) {
    const was = before.get(key)
    if (was === undefined) items.push({ how: 'added', ...item })
    else if (was.print !== print) {
      const { operation, held, values } = was.item
      items.push({ how: 'other', ...item, was: { operation, held, values } })
    }
  }
  for (const [key, { item }] of before) if (!after.has(key)) items.push({ how: 'dropped', ...item })
  return {
    connection,
    items,
    totals: { before: present.plan.totals, after: next.plan.totals },
    seats: { before: present.plan.seats, after: next.plan.seats },
    problems: {
      come: onlyIn(next.plan.problems, present.plan.problems),
      go: onlyIn(present.plan.problems, next.plan.problems),
    },
  }
}

function itemsOf({ plan, starts, masked, nameOf }: ComparedPlan): Map<string, { print: string; item: Item }> {
  const { released, links } = plan.ifApproved ?? plan
  const all: [print: unknown, item: Item][] = [
    ...links.map(({ kind, id, dn, label, zendeskId }): [unknown, Item] => [
      zendeskId,
      {
        ...{ key: formatHeldKey({ kind, id, part: 'link' }), operation: `link ${kind}`, dn, label, held: null },
        values: zendeskId === null ? 'to nothing any more' : `to ${zendeskId}`,
      },
    ]),
    ...released.map((change): [unknown, Item] => {
      const { operation, dn, label, desired } = change
      const isNew = operation.startsWith('create')
      const values = describeValues(valuesOf(change, starts, masked), { isNew, nameOf })
      return [[operation, desired], { key: formatEntityMember(change), operation, dn, label, held: null, values }]
    }),
    ...worthALook(plan).map(({ key, operation, dn, label, category, cause, print }): [unknown, Item] => [
      ['held', print],
      { key, operation, dn, label, held: category, values: cause },
    ]),
  ]
  return new Map(all.map(([print, item]) => [item.key, { print: fingerprint(print ?? null), item }]))
}

function onlyIn(some: readonly Problem[], others: readonly Problem[]): Record<string, number> {
  const there = new Set(others.map(problemKey))
  return countBy(
    some.filter((problem) => !there.has(problemKey(problem))),
    ({ code }) => code,
  )
}
