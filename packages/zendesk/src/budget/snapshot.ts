import type { BudgetSnapshot } from './budget.ts'
import { holderOf } from './job-slot.ts'
import { rateOf, type Minute } from './minute.ts'

export interface SnapshotSource {
  /** The budget's hash, as minute.lua.ts describes it. */
  readonly state: Readonly<Record<string, string>>
  /** Ids of the job statuses that are taken: `UUID|holder`. */
  readonly slots: readonly string[]
  readonly now: number
  readonly reserve: number
  readonly initialLimit: number
}

/** Zendesk allows 30: https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/ */
const JOB_STATUSES = 30

export function readSnapshot({ state, slots, now, reserve, initialLimit }: SnapshotSource): BudgetSnapshot {
  const minute = minuteOf(state, reserve, initialLimit)
  const current = minute.resetAt === 0 || minute.resetAt > now
  const holders: Record<string, number> = {}
  for (const slot of slots) {
    const holder = holderOf(slot)
    holders[holder] = (holders[holder] ?? 0) + 1
  }
  const pauses = Object.entries(state).flatMap(([name, until]) =>
    name.startsWith('p:') && Number(until) > now ? [[name.slice(2), Number(until) - now] as const] : [],
  )
  return {
    limit: minute.limit,
    ratePerMinute: Math.round(rateOf(minute, now) * 60_000),
    remaining: minute.remaining !== null && current ? Math.max(0, minute.remaining - minute.since) : null,
    resetMs: minute.resetAt > now ? minute.resetAt - now : null,
    othersPerMinute: Math.round(minute.others * 60_000),
    jobSlots: {
      taken: slots.length,
      others: Number(state['xUntil'] ?? 0) > now ? Number(state['xjobs']) : 0,
      total: Number(state['jobs'] ?? JOB_STATUSES),
      holders,
    },
    pauses: Object.fromEntries(pauses),
  }
}

/** The hash as the arithmetic knows it. */
export function minuteOf(state: Readonly<Record<string, string>>, reserve: number, initialLimit: number): Minute {
  const number = (name: string, otherwise = 0) => Number(state[name] ?? otherwise)
  const granted = number('granted')
  return {
    limit: number('limit', initialLimit),
    reserve,
    tokens: number('tokens'),
    at: number('at'),
    remaining: state['rem'] === undefined ? null : number('rem'),
    resetAt: number('reset'),
    observedAt: number('seen'),
    since: granted - number('seenG', granted),
    others: number('others'),
    caution: number('caution', 1),
    cautionAt: number('cautionAt'),
  }
}
