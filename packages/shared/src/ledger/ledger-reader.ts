import { z } from 'zod'
import { timeOf } from '../account-node.ts'
import { Problem } from '../problem.ts'
import { FailingChange } from '../quarantine.ts'
import {
  STORED_STATE,
  type CycleSummary,
  type FailingCycles,
  type FirstPlan,
  type FirstPlanApproval,
  type FirstRun,
  type Followed,
} from './cycle-state.ts'
import { Decision, decisionOn, DecisionMade, type DecidedChange } from './decision.ts'
import { Entitlements } from './entitlements.ts'
import { EntityReader } from './entity-reader.ts'
import { HeldChange, type GuardMeasure } from './held-change.ts'
import { RepairsOfUser } from './repairs.ts'
import {
  readFields,
  readHash,
  reading,
  readList,
  readSome,
  readString,
  type StoredValues,
  type Unreadable,
} from './read-stored.ts'
import { readUndone, type Undone } from './undone.ts'

/** A problem as it is stored. */
export const StoredProblem = z.object({
  problem: Problem,
  /** Milliseconds since the epoch. */
  since: z.number(),
  /** Who reported it, and so who takes it back: each cycle anew, or a write until it succeeds. */
  source: z.enum(['cycle', 'write']),
  /** Of a write's that fails again and again. */
  failing: FailingChange.exactOptional(),
})
export type StoredProblem = Readonly<z.infer<typeof StoredProblem>>

export interface FirstRunState {
  readonly status: FirstRun
  /** The first plan as the last cycle saw it waiting. */
  readonly plan: FirstPlan | undefined
  /** The same, as long as it waits for approval. */
  readonly waiting: FirstPlan | undefined
  readonly approval: FirstPlanApproval | undefined
}

/** Reads one connection's part of the ledger. It writes nothing: `provisioner plan` lives on it alone. */
export class LedgerReader extends EntityReader {
  /** As all methods that begin with `stored`, it says what nobody can read, which the others leave out. */
  async storedHeld(): Promise<StoredValues<HeldChange>> {
    const { values, unreadable } = await readHash(this.redis, this.keys.held, HeldChange)
    return { values: new Map([...values].sort(([a], [b]) => a.localeCompare(b))), unreadable }
  }

  async held(): Promise<HeldChange[]> {
    return [...(await this.storedHeld()).values.values()]
  }

  async storedDecisions(): Promise<StoredValues<Decision>> {
    return await readHash(this.redis, this.keys.decisions, Decision)
  }

  /** Since when leavers are leaving who have time by `users.removeAfter`, by user id, ms since the epoch. */
  async leaving(): Promise<ReadonlyMap<string, number>> {
    return (await readHash(this.redis, this.keys.leaving, z.number())).values
  }

  /** What team members had who lost their seat, by user id. */
  async entitlements(): Promise<ReadonlyMap<string, Entitlements>> {
    return (await this.storedEntitlements()).values
  }

  async storedEntitlements(): Promise<StoredValues<Entitlements>> {
    return await readHash(this.redis, this.keys.entitlements, Entitlements)
  }

  /** The same of some users; undefined of who has nothing to be given back. */
  async entitlementsOf(ids: readonly string[]): Promise<(Entitlements | undefined)[]> {
    if (ids.length === 0) return []
    const schemas = Object.fromEntries(ids.map((id) => [id, Entitlements]))
    const { values } = await readFields(this.redis, this.keys.entitlements, schemas)
    return ids.map((id) => values[id])
  }

  /** What was undone and stays so, by `kind|id`. */
  async storedUndone(): Promise<StoredValues<Undone>> {
    const { undone } = this.keys
    return await reading(this.redis, undone, 'hash', async () =>
      readUndone(undone, Object.entries(await this.redis.hgetall(undone))),
    )
  }

  /** Zendesk's users for members of other domains, as they were last found, by SID or DN. */
  async foreignMembers(): Promise<ReadonlyMap<string, number>> {
    return (await readHash(this.redis, this.keys.foreign, z.number())).values
  }

  /** What was set right in Zendesk lately, by user id. */
  async repairs(): Promise<ReadonlyMap<string, RepairsOfUser>> {
    return (await readHash(this.redis, this.keys.repairs, RepairsOfUser)).values
  }

  /** What admins decided, by the key of the held change. */
  async decisions(): Promise<ReadonlyMap<string, Decision>> {
    return (await this.storedDecisions()).values
  }

  async storedDecisionLog(): Promise<StoredValues<DecisionMade>> {
    return await readList(this.redis, this.keys.decisionLog, DecisionMade)
  }

  /** What admins decided, the newest first, the last 1000. */
  async decisionLog(): Promise<DecisionMade[]> {
    return [...(await this.storedDecisionLog()).values.values()]
  }

  /** What is held, with what was decided on it. */
  async heldAndDecided(): Promise<DecidedChange[]> {
    return [...(await this.storedHeldAndDecided()).values.values()]
  }

  async storedHeldAndDecided(): Promise<StoredValues<DecidedChange>> {
    const [held, decisions] = await Promise.all([this.storedHeld(), this.storedDecisions()])
    const values = [...held.values].map(
      ([key, one]) => [key, { ...one, decision: decisionOn(decisions.values, one) }] as const,
    )
    return { values: new Map(values), unreadable: [...held.unreadable, ...decisions.unreadable] }
  }

  /** How far the categories of the last plan that hold something go beyond their limits. */
  async measures(): Promise<Readonly<Record<string, GuardMeasure>>> {
    return (await this.#state('measures')).measures ?? {}
  }

  async storedProblems(): Promise<StoredValues<StoredProblem>> {
    return await readHash(this.redis, this.keys.problems, StoredProblem)
  }

  async problems(): Promise<StoredProblem[]> {
    return [...(await this.storedProblems()).values.values()]
  }

  /** Those that are about the account as a whole: few, among what may be thousands. */
  async accountProblems(): Promise<StoredProblem[]> {
    const options = { match: 'write|account|*', isWanted: () => true }
    const values = await readSome(this.redis, this.keys.problems, StoredProblem, options)
    return [...values.values()]
  }

  /** What was released inside the guard's window, `windowMs` long (ms), and counts there, by category. */
  async countedWithin(windowMs: number): Promise<Map<string, number>> {
    const now = await timeOf(this.redis, this.account)
    const members = await this.redis.zrangebyscore(this.keys.counted, String(now - windowMs), '+inf')
    const counts = new Map<string, number>()
    for (const member of members) {
      const category = member.slice(0, member.indexOf('|'))
      counts.set(category, (counts.get(category) ?? 0) + 1)
    }
    return counts
  }

  async firstRun(): Promise<FirstRunState> {
    const {
      firstRun: status,
      firstPlan: plan,
      firstApproval: approval,
    } = await this.#state('firstRun', 'firstPlan', 'firstApproval')
    return { status: status ?? 'new', plan, waiting: status === 'waiting' ? plan : undefined, approval }
  }

  async lastCycle(): Promise<CycleSummary | undefined> {
    return (await this.#state('lastCycle')).lastCycle
  }

  /** How far changed entries were read ahead of a cycle; undefined when none ever were. */
  async followed(): Promise<Followed | undefined> {
    return (await this.#state('followed')).followed
  }

  /** The cycles that have failed since the last good one; undefined when that was the last. */
  async failingCycles(): Promise<FailingCycles | undefined> {
    return (await this.#state('failing')).failing
  }

  /** What of the connection's state nobody can read. */
  async unreadableState(): Promise<readonly Unreadable[]> {
    return (await readFields(this.redis, this.keys.state, STORED_STATE)).unreadable
  }

  async #state<K extends keyof typeof STORED_STATE>(...names: readonly K[]) {
    const schemas = Object.fromEntries(names.map((name) => [name, STORED_STATE[name]])) as Pick<typeof STORED_STATE, K>
    return (await readFields(this.redis, this.keys.state, schemas)).values
  }

  /**
   * How often lists of entities were lost, since they were of the wrong type, and whether a full cycle has to find the
   * entities that were at rest there.
   */
  async listsLost(): Promise<{ readonly count: number; readonly isToBeFound: boolean }> {
    const [lost, found] = (await this.redis.hmget(this.keys.state, 'listsLost', 'listsFound')).map(Number)
    return { count: lost!, isToBeFound: lost! > found! }
  }

  /** When hand-made memberships were last looked for, ms since the epoch; 0 for never. */
  async lastAudit(): Promise<number> {
    return Number((await this.redis.hget(this.keys.state, 'lastAudit')) ?? 0)
  }

  /** The account's organizations, roles, locales and brands by name, as they were last read: one value, or none. */
  async storedNames<T>(schema: z.ZodType<T>): Promise<StoredValues<T>> {
    return await readString(this.redis, this.keys.names, schema)
  }

  /** The mapping's fingerprint that `seen` was computed with. */
  async mappingFingerprint(): Promise<string | null> {
    return this.redis.hget(this.keys.state, 'mapping')
  }
}
