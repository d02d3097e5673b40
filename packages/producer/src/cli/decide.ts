import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { FirstPlan } from '@provisioner/shared/ledger/cycle-state.ts'
import { type DecidedChange, decisionOn, type Verdict } from '@provisioner/shared/ledger/decision.ts'
import { describeFirstPlan, firstPlanWaits, isEmptyPlan } from '@provisioner/shared/ledger/describe-held.ts'
import type { GuardMeasure } from '@provisioner/shared/ledger/held-change.ts'
import { changedBy, HeldDecisions } from '@provisioner/shared/ledger/held-decisions.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import { isFirstPlanHeld } from '../cycle/first-plan.ts'
import { deciderOf } from './decider.ts'
import { describeNothing, describeOutcome, describeStaying, isApproval, PAST } from './decision-words.ts'
import { whatStands } from './ask-for-cycle.ts'
import { listHeld } from './list-held.ts'
import { planNow } from './plan-now.ts'
import { checkSelection, isSelected, type Selection } from './selection.ts'
import type { CliConnection, CliSession } from './session.ts'
import { waitingMembers } from './waiting-members.ts'
import { describeTroubles } from './show-troubles.ts'

export interface DecideOptions extends Selection {
  readonly reason?: string | undefined
  /** List all changes that are decided on. */
  readonly all?: boolean | undefined
  /** One line for programs of each connection. */
  readonly json?: boolean | undefined
}

/** What a command speaks through. */
export interface Terminal {
  readonly print: (text: string) => void
  readonly confirm: (question: string) => Promise<boolean>
}

/** What there is to decide on. */
interface Decidable {
  readonly changes: readonly DecidedChange[]
  readonly measures: Readonly<Record<string, GuardMeasure>>
  readonly ofFirstPlan: boolean
  /** Set when the decision is on the first plan as a whole. */
  readonly firstPlan?: FirstPlan
}

const ASKED: Readonly<Record<Verdict, string>> = {
  approve: 'Release',
  'approve --include-rejected': 'Release',
  reject: 'Reject',
  undecide: 'Take back the decision on',
}

/** Changes of each category that are listed before they are decided on. */
const LISTED = 20

/**
 * `provisioner approve`, `reject` and `undecide`: says what it is about, decides on it, and asks for a cycle when
 * something is approved. Returns how many changes it decided on; a first plan counts as one.
 *
 * @throws UnknownCategoryError, EmptyTextError
 */
export async function decide(
  session: CliSession,
  verdict: Verdict,
  options: DecideOptions,
  terminal: Terminal,
): Promise<number> {
  checkSelection(options)
  let count = 0
  for (const connection of session.connections) {
    const said: string[] = []
    const speaking = options.json ? { ...terminal, print: (text: string) => void said.push(text) } : terminal
    const decided = await decideOn(session, connection, verdict, options, speaking)
    count += decided
    if (options.json) terminal.print(JSON.stringify({ connection: connection.id, verdict, decided, said }))
  }
  return count
}

async function decideOn(
  session: CliSession,
  connection: CliConnection,
  verdict: Verdict,
  options: DecideOptions,
  { print, confirm }: Terminal,
): Promise<number> {
  const say = (text: string) => print(`Connection '${connection.id}': ${text}`)
  const there = await whatThereIs(session, connection, options)
  if (there.ofFirstPlan && verdict === 'reject' && !isNamed(options)) {
    say("the first plan waits: nothing of it goes out before 'approve'. Reject a part of it with --only or --matching.")
    return 0
  }
  const selected = there.changes.filter((change) => isSelected(change, options, there))
  const changing = changedBy(verdict, selected)
  const { firstPlan } = there
  if (firstPlan && isEmptyPlan(firstPlan)) {
    const { what, todo } = firstPlanWaits(firstPlan, connection.id)
    say(`nothing is approved. ${what}. ${todo}.`)
    return 0
  }
  if (changing.length === 0 && !firstPlan) {
    const log = isNamed(options) ? await new LedgerReader(session.redis, connectionName(connection)).decisionLog() : []
    const before = log.filter((made) => isSelected(made, options, there))
    const lines =
      selected.length > 0
        ? describeStaying(verdict, selected)
        : describeNothing(verdict, there.changes, options, before)
    lines.forEach(say)
    return 0
  }

  if (firstPlan) say(`to be approved: the first plan: ${describeFirstPlan(firstPlan)}; 'provisioner plan' lists it.`)
  if (changing.length > 0) say(`to be ${PAST[verdict]}:`)
  listHeld(changing, there.measures, options.all ? Infinity : LISTED).forEach(print)
  const what = firstPlan ? 'the first plan' : changing.length === 1 ? 'this change' : `these ${changing.length} changes`
  if (!(await confirm(`${ASKED[verdict]} ${what}?`))) {
    say('nothing was decided.')
    return 0
  }

  const decisions = new HeldDecisions(session.redis, connectionName(connection))
  const decider = deciderOf(options.reason)
  const decided = firstPlan
    ? await decisions.approveFirstPlan(verdict, firstPlan, changing, decider)
    : await decisions.decide(verdict, changing, decider)
  if (!decided) {
    say('the first plan waits no more: somebody else approved it in the meantime.')
    return 0
  }
  const { stopping, paused } = await whatStands(session, connection)
  describeOutcome(verdict, decided, {
    ofFirstPlan: firstPlan !== undefined,
    isRun: stopping.length === 0,
    waiting: firstPlan ? 0 : waitingMembers(decided.done, there.changes).length,
  }).forEach(say)
  describeStaying(verdict, selected).forEach(say)
  if (isApproval(verdict)) describeTroubles([...stopping, ...paused]).forEach(print)
  const count = decided.done.length + (firstPlan ? 1 : 0)
  // A first plan's rejections are shown by `held` once a cycle has seen them.
  if (count > 0 && (isApproval(verdict) || there.ofFirstPlan)) await session.startCycle(connection)
  return count
}

function isNamed({ only, matching }: Selection): boolean {
  return only !== undefined || matching !== undefined
}

/** Of a first plan that waits, the ledger has a summary alone: what is decided on by name is planned now. */
async function whatThereIs(session: CliSession, connection: CliConnection, selection: Selection): Promise<Decidable> {
  const reader = new LedgerReader(session.redis, connectionName(connection))
  const firstRun = await reader.firstRun()
  const ofFirstPlan = isFirstPlanHeld(firstRun, connection.firstRun)
  if (ofFirstPlan && isNamed(selection)) {
    const now = await planNow(session, connection.id, { full: false })
    const unsettled = (await reader.heldAndDecided()).filter(({ key }) => now.unsettled.has(key))
    return { changes: [...decidableOf(now), ...unsettled], measures: now.measures, ofFirstPlan }
  }
  const [changes, measures] = await Promise.all([reader.heldAndDecided(), reader.measures()])
  return { changes, measures, ofFirstPlan, ...(ofFirstPlan && firstRun.plan && { firstPlan: firstRun.plan }) }
}

/** What a plan holds, and what of it was approved and is not carried out yet. */
function decidableOf({ held, decided, decisions }: CyclePlan): DecidedChange[] {
  const changes = new Map([...held.map((change) => [change.key, change] as const), ...decided])
  return [...changes.values()].map((change) => ({ ...change, decision: decisionOn(decisions, change) }))
}
