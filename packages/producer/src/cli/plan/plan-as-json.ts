import type { PlanShown } from './around-plan.ts'
import { worthALook } from './held-of-plan.ts'
import { valuesOf } from './values-of-change.ts'

/** A plan as one JSON object; docs/plans.md describes it. */
export function planAsJson(shown: PlanShown, limit: number | undefined): object {
  const { plan, problems, pending, differs, noSeatLeft, tickets, time, starts, masked } = shown
  const { released, links } = plan.ifApproved ?? plan
  const most = <T>(all: readonly T[]) => (limit === undefined ? all : all.slice(0, limit))
  return {
    connection: shown.connection,
    firstPlan: plan.ifApproved !== undefined,
    totals: plan.totals,
    links: most(links).map(({ kind, id, label, zendeskId }) => ({ kind, id, label, zendeskId })),
    changes: most(released).map((change) => {
      const { kind, id, dn, label, operation, changed } = change
      const drift = kind === 'user' ? plan.drift.get(id) : undefined
      return {
        ...{ kind, id, dn, label, operation, changed, values: valuesOf(change, starts, masked) },
        ...(drift && { drift: drift.map(({ name }) => name) }),
      }
    }),
    held: most(worthALook(plan)),
    measures: plan.measures,
    seats: { ...plan.seats, noneLeft: noSeatLeft },
    time,
    switchedOff: plan.switchedOff,
    lookupsWaiting: plan.lookupsWaiting,
    problems: most(problems),
    pending,
    otherConfiguration: differs,
    ...(tickets && { tickets }),
  }
}
