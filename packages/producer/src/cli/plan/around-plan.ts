import { configPrint } from '@provisioner/shared/config/config-print.ts'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { accountKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { newestConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { causesFirst } from '@provisioner/shared/ledger/newest-first.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { countBy, type CyclePlan } from '../../cycle/cycle-plan.ts'
import { problemsOf } from '../../cycle/problems-of-plan.ts'
import type { NameOfId } from '../../cycle/names-of-ids.ts'
import { startsOf, type Starts } from '../../cycle/starts-of-plan.ts'
import type { TicketsOfPlan } from '../count-tickets.ts'
import type { CliSession } from '../session.ts'
import { isProblemOf, narrowPlan, type PlanFilter } from './narrow-plan.ts'
import { timeToWrite, type TimeToWrite } from './time-to-write.ts'

/** A plan as somebody wants to see it, with what there is to say of it that is not in it. */
export interface PlanShown {
  readonly connection: string
  /** The part that was asked for. */
  readonly plan: CyclePlan
  readonly filter: PlanFilter
  /** Those of the plan, and those that writes have run into. */
  readonly problems: readonly Problem[]
  /** Released by earlier cycles, and not written yet. */
  readonly pending: number
  /** True when the producers run with another configuration than this one. */
  readonly differs: boolean
  /** Whether Zendesk has lately refused an agent for want of a seat. */
  readonly noSeatLeft: boolean
  /** Whether new agents leave the account's default group. */
  readonly leavesDefault: boolean
  /** What changes start from. */
  readonly starts: Starts
  /** Names of attributes whose values nobody is to see. */
  readonly masked: ReadonlySet<string>
  /** Names of ids, as far as the plan has read them. */
  readonly nameOf: NameOfId
  /** How long what is released takes; of a first plan, once it is approved. */
  readonly time: TimeToWrite
  /** Undefined where nobody asks for them. */
  readonly tickets: TicketsOfPlan | undefined
}

/** Narrows a plan to what was asked for, and looks up what belongs to it. */
export async function lookAround(
  session: CliSession,
  id: string,
  whole: CyclePlan,
  { filter, tickets, nameOf }: Pick<PlanShown, 'filter' | 'tickets' | 'nameOf'>,
): Promise<PlanShown> {
  const config = await session.whole()
  const connection = config.connections.find((one) => one.id === id)!
  const reader = new LedgerReader(session.redis, connectionName(connection))
  const account = accountKeys(connection.account)
  const plan = narrowPlan(whole, filter)
  const changes = plan.ifApproved ?? plan
  const [stored, pending, noSeat, newest, starts, refused, perMinute] = await Promise.all([
    reader.problems(),
    reader.pending(),
    session.redis.exists(account.seatsExhausted),
    newestConfig(session.redis, reader),
    startsOf(changes, reader),
    session.redis.exists(account.bulkImportRefused),
    session.ratePerMinute(connection.account),
  ])
  const written = stored.flatMap(({ problem, source }) => (source === 'write' ? problem : []))
  const counts = countBy(changes.released, ({ operation }) => operation)
  return {
    connection: id,
    plan,
    filter,
    // The text says by itself that the first plan waits, as `problems` and `status` do.
    problems: [...problemsOf(whole, id, Date.now()), ...written]
      .filter((problem) => problem.code !== 'FIRST_PLAN_WAITS' && isProblemOf(problem, filter))
      .sort(causesFirst),
    pending: pending.length,
    noSeatLeft: noSeat === 1,
    leavesDefault: connection.users.accountDefaultGroup === 'leave',
    differs: newest !== undefined && newest.print !== configPrint(config, connection),
    starts,
    masked: zendeskNamesMasked(connection.users.map),
    nameOf,
    time: timeToWrite(counts, { perMinute, bulkImportRefused: refused === 1 }),
    tickets,
  }
}
