import type { RedisClient } from '../redis-client.ts'
import type { FirstPlan, FirstPlanApproval } from './cycle-state.ts'
import { Decision, stateAfter, stateOf, type DecidedChange, type DecisionMade, type Verdict } from './decision.ts'
import type { NewEvent } from '../history/note-event.ts'
import { parseHeldKey } from './entity-member.ts'
import type { HeldChange } from './held-change.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { DECIDE } from './lua/decide.ts'
import { sort } from './read-stored.ts'
import { runScript } from './script.ts'

/** Decisions per script call. */
const CHUNK = 500

/** Who decides, when, and why. */
export type Decider = Pick<Decision, 'by' | 'at' | 'reason'>

/** What came of an admin's word. */
export interface Decided {
  /** Changes whose decision is another one now. */
  readonly done: readonly DecidedChange[]
  /** Changes on which somebody else decided in the meantime: that decision stands. */
  readonly overtaken: readonly DecidedChange[]
}

/** The changes that a verdict changes something of. */
export function changedBy(verdict: Verdict, changes: readonly DecidedChange[]): DecidedChange[] {
  return changes.filter((change) => stateAfter(stateOf(change), verdict) !== stateOf(change))
}

/** An admin's decisions on what the guard keeps back, or on the first plan. The next cycle carries them out. */
export class HeldDecisions {
  readonly #redis: RedisClient
  readonly #name: ConnectionName
  readonly #keys: ReturnType<typeof connectionKeys>

  constructor(redis: RedisClient, name: ConnectionName) {
    this.#redis = redis
    this.#name = name
    this.#keys = connectionKeys(name)
  }

  /** Decides on changes as they were shown: on those whose decision is another one by now, nothing. */
  async decide(verdict: Verdict, changes: readonly DecidedChange[], decider: Decider): Promise<Decided> {
    const chosen = changedBy(verdict, changes)
    const steps = await this.#stepsFor(verdict, chosen, decider)
    const answers: unknown[] = []
    for (let at = 0; at < steps.length; at += CHUNK)
      answers.push(...((await this.#run(steps.slice(at, at + CHUNK), undefined)) as unknown[]))
    return decided(chosen, answers)
  }

  /**
   * Lets the first plan go as far as it was shown, and with it those of `changes` that the verdict approves. Undefined
   * when it does not wait any more.
   */
  async approveFirstPlan(
    verdict: Verdict,
    plan: FirstPlan,
    changes: readonly DecidedChange[],
    decider: Decider,
  ): Promise<Decided | undefined> {
    const chosen = changedBy(verdict, changes)
    const steps = await this.#stepsFor(verdict, chosen, decider)
    const answers = await this.#run(steps, { plan, ...decider }, this.#eventOf(verdict, decider))
    return answers === null ? undefined : decided(chosen, answers as unknown[])
  }

  /**
   * What is written for each change, and what has to be there for it still: a decision on an earlier change is none,
   * and one that nobody can read makes room for the new one.
   */
  async #stepsFor(verdict: Verdict, changes: readonly DecidedChange[], decider: Decider) {
    const texts = await this.#redis.hgetall(this.#keys.decisions)
    const { values, unreadable } = sort(this.#keys.decisions, Decision, Object.entries(texts))
    const broken = new Set(unreadable.map(({ field }) => field))
    return changes.map((change) => {
      const state = stateAfter(stateOf(change), verdict)
      const there = values.get(change.key)
      const shown = there && there.print !== change.print ? there : change.decision
      const now: Decision | '' = state === 'undecided' ? '' : { decision: state, print: change.print, ...decider }
      const logged: DecisionMade = { ...withoutDecision(change), verdict, ...decider }
      return {
        key: change.key,
        was: broken.has(change.key) ? texts[change.key] : shown ? JSON.stringify(shown) : '',
        now: now && JSON.stringify(now),
        log: JSON.stringify(logged),
        event: this.#eventOf(verdict, decider, change),
      }
    })
  }

  async #run(steps: readonly object[], approval: FirstPlanApproval | undefined, event = ''): Promise<unknown> {
    const { decisions, state, decisionLog } = this.#keys
    const keys = [decisions, state, decisionLog, accountKeys(this.#name.account).history]
    const args = [JSON.stringify(steps), approval ? JSON.stringify(approval) : '', event]
    return await runScript(this.#redis, DECIDE, keys, args)
  }

  /** What the history is told, as JSON. @param change undefined: the first plan as a whole */
  #eventOf(verdict: Verdict, { by, reason }: Decider, change?: HeldChange): string {
    const { connection } = this.#name
    const event: NewEvent = { type: 'decision', connection, verdict, by, ...(reason !== undefined && { reason }) }
    if (!change) return JSON.stringify(event)
    const { label, dn, operation, category, cause } = change
    const { kind, id, part } = parseHeldKey(change.key)
    const changed = part === undefined ? [] : [part]
    const about = { kind, id, label, dn, operation, changed, category, cause }
    return JSON.stringify({ ...event, ...about } satisfies NewEvent)
  }
}

function decided(chosen: readonly DecidedChange[], answers: readonly unknown[]): Decided {
  return {
    done: chosen.filter((_change, i) => answers[i] === 1),
    overtaken: chosen.filter((_change, i) => answers[i] !== 1),
  }
}

function withoutDecision({ decision: _decision, ...change }: DecidedChange): HeldChange {
  return change
}
