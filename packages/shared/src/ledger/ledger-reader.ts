import type { Redis } from 'ioredis'
import type { Kind } from '../entity.ts'
import { ProvisioningError } from '../errors.ts'
import type { Problem } from '../problem.ts'
import type { CycleSummary, FailingCycles, FirstPlan, FirstPlanApproval, FirstRun } from './cycle-state.ts'
import { decisionOn, type Decision, type DecisionMade } from './decision.ts'
import type { DecidedChange, GuardMeasure, HeldChange } from './held-change.ts'
import { connectionKeys } from './keys.ts'
import { decodeRecord, type RecordHash } from './decode-record.ts'
import type { LedgerRecord } from './record.ts'

/** Thrown when Redis was restarted, or replaced by a replica, while the ledger was read. */
export class RedisRestartedError extends ProvisioningError {
  override name = 'RedisRestartedError' as const
  override readonly code = 'REDIS_RESTARTED' as const

  constructor() {
    super('Redis was restarted while the ledger was read; what was read may lack entries')
  }
}

/** How many hashes go in one pipeline: large enough to fill the wire, small enough not to hold Redis for long. */
const CHUNK = 500

/** A problem as it is stored. */
export interface StoredProblem {
  readonly problem: Problem
  /** Milliseconds since the epoch. */
  readonly since: number
  /** Who reported it, and so who takes it back: each cycle anew, or a write until it succeeds. */
  readonly source: 'cycle' | 'write'
}

export interface FirstRunState {
  readonly status: FirstRun
  /** The first plan as the last cycle saw it waiting. */
  readonly plan: FirstPlan | undefined
  /** The same, as long as it waits for approval. */
  readonly waiting: FirstPlan | undefined
  readonly approval: FirstPlanApproval | undefined
}

/** Reads one connection's part of the ledger. It writes nothing: `provisioner plan` lives on it alone. */
export class LedgerReader {
  readonly connection: string
  protected readonly redis: Redis
  protected readonly keys: ReturnType<typeof connectionKeys>
  #unreadable = new Map<string, string>()

  constructor(redis: Redis, connection: string) {
    this.redis = redis
    this.connection = connection
    this.keys = connectionKeys(connection)
  }

  /**
   * The records of the ids, in their order; undefined where the ledger has none, and where what it has is none: that is
   * noted, see `takeUnreadable`.
   */
  async records<R extends LedgerRecord>(kind: Kind, ids: readonly string[]): Promise<(R | undefined)[]> {
    const found: (R | undefined)[] = []
    for (let at = 0; at < ids.length; at += CHUNK) {
      const part = ids.slice(at, at + CHUNK)
      const pipeline = this.redis.pipeline()
      for (const id of part) pipeline.hgetall(this.keys.entity(kind, id))
      const answers = (await pipeline.exec()) ?? []
      part.forEach((id, i) => {
        const [error, hash] = answers[i] ?? [new Error('no answer'), {}]
        if (error && !error.message.startsWith('WRONGTYPE')) throw error
        const read = error
          ? { status: 'unreadable' as const, what: 'the key is no hash' }
          : decodeRecord(kind, id, hash as RecordHash)
        if (read.status === 'unreadable') this.#unreadable.set(`${kind}|${id}`, read.what)
        found.push(read.status === 'known' ? (read.record as R) : undefined)
      })
    }
    return found
  }

  /** What is wrong with entities that could not be read, by `kind|id`, since this was asked last. */
  takeUnreadable(): ReadonlyMap<string, string> {
    const unreadable = this.#unreadable
    this.#unreadable = new Map()
    return unreadable
  }

  /**
   * Ids of all entities of a kind, in no order, a part at a time. An id may come twice.
   *
   * @throws RedisRestartedError at the end: a cursor says nothing to another process, and ids are left out
   */
  async *ids(kind: Kind): AsyncGenerator<string[]> {
    const process = await processOf(this.redis)
    let cursor = '0'
    do {
      const [next, part] = await this.redis.sscan(this.keys.all(kind), cursor, 'COUNT', 1000)
      cursor = next
      if (part.length > 0) yield part
    } while (cursor !== '0')
    if ((await processOf(this.redis)) !== process) throw new RedisRestartedError()
  }

  async count(kind: Kind): Promise<number> {
    return this.redis.scard(this.keys.all(kind))
  }

  /** The fingerprints that the records already answer; null where an entry has to be planned. */
  async seen(kind: Kind, ids: readonly string[]): Promise<(string | null)[]> {
    return ids.length === 0 ? [] : this.redis.hmget(this.keys.seen(kind), ...ids)
  }

  /** User ids with a membership record in the group. */
  async membersOf(groupId: string): Promise<string[]> {
    return this.redis.smembers(this.keys.membersOf(groupId))
  }

  /** Keys of the directory groups that showed members when they were last read. */
  async shownGroups(): Promise<Set<string>> {
    return new Set(await this.redis.smembers(this.keys.shownGroups))
  }

  /** Ids of the users who named groups when they were last read, and with `unread:` of those who may name some. */
  async shownUsers(): Promise<Set<string>> {
    return new Set(await this.redis.smembers(this.keys.shownUsers))
  }

  /** Released but not applied, oldest first: `kind|id`. */
  async pending(): Promise<string[]> {
    return this.redis.zrange(this.keys.pending, '0', '-1')
  }

  async held(): Promise<HeldChange[]> {
    const all = await this.redis.hvals(this.keys.held)
    return all.map((text) => JSON.parse(text) as HeldChange).sort((a, b) => a.key.localeCompare(b.key))
  }

  /** What admins decided, by the key of the held change. */
  async decisions(): Promise<Map<string, Decision>> {
    const all = await this.redis.hgetall(this.keys.decisions)
    return new Map(Object.entries(all).map(([key, text]) => [key, JSON.parse(text) as Decision]))
  }

  /** What admins decided, the newest first, the last 1000. */
  async decisionLog(): Promise<DecisionMade[]> {
    return (await this.redis.lrange(this.keys.decisionLog, 0, -1)).map((text) => JSON.parse(text) as DecisionMade)
  }

  /** What is held, with what was decided on it. */
  async heldAndDecided(): Promise<DecidedChange[]> {
    const [held, decisions] = await Promise.all([this.held(), this.decisions()])
    return held.map((change) => ({ ...change, decision: decisionOn(decisions, change) }))
  }

  /** How far the categories of the last plan that hold something go beyond their limits. */
  async measures(): Promise<Readonly<Record<string, GuardMeasure>>> {
    const text = await this.redis.hget(this.keys.state, 'measures')
    return text ? (JSON.parse(text) as Record<string, GuardMeasure>) : {}
  }

  async problems(): Promise<StoredProblem[]> {
    return (await this.redis.hvals(this.keys.problems)).map((text) => JSON.parse(text) as StoredProblem)
  }

  /** Those that are about the account as a whole: few, among what may be thousands. */
  async accountProblems(): Promise<StoredProblem[]> {
    const found = new Map<string, StoredProblem>()
    let cursor = '0'
    do {
      const [next, part] = await this.redis.hscan(this.keys.problems, cursor, 'MATCH', 'write|account|*', 'COUNT', 1000)
      cursor = next
      for (let i = 0; i < part.length; i += 2) found.set(part[i]!, JSON.parse(part[i + 1]!) as StoredProblem)
    } while (cursor !== '0')
    return [...found.values()]
  }

  /** What was released inside the guard's window and counts there, by category. @param windowMs length of the window, ms */
  async countedWithin(windowMs: number): Promise<Map<string, number>> {
    const [seconds] = await this.redis.time()
    const members = await this.redis.zrangebyscore(this.keys.counted, String(Number(seconds) * 1000 - windowMs), '+inf')
    const counts = new Map<string, number>()
    for (const member of members) {
      const category = member.slice(0, member.indexOf('|'))
      counts.set(category, (counts.get(category) ?? 0) + 1)
    }
    return counts
  }

  async firstRun(): Promise<FirstRunState> {
    const fields = ['firstRun', 'firstPlan', 'firstApproval'] as const
    const [status, plan, approval] = await this.redis.hmget(this.keys.state, ...fields)
    const first = plan ? (JSON.parse(plan) as FirstPlan) : undefined
    return {
      status: (status as FirstRun | null) ?? 'new',
      plan: first,
      waiting: status === 'waiting' ? first : undefined,
      approval: approval ? (JSON.parse(approval) as FirstPlanApproval) : undefined,
    }
  }

  async lastCycle(): Promise<CycleSummary | undefined> {
    const text = await this.redis.hget(this.keys.state, 'lastCycle')
    return text ? (JSON.parse(text) as CycleSummary) : undefined
  }

  /** The cycles that have failed since the last good one; undefined when that was the last. */
  async failingCycles(): Promise<FailingCycles | undefined> {
    const text = await this.redis.hget(this.keys.state, 'failing')
    return text ? (JSON.parse(text) as FailingCycles) : undefined
  }

  /** When hand-made memberships were last looked for, ms since the epoch; 0 for never. */
  async lastAudit(): Promise<number> {
    return Number((await this.redis.hget(this.keys.state, 'lastAudit')) ?? 0)
  }

  /** The account's organizations, custom roles and locales by name, as they were last read; null for never. */
  async names(): Promise<string | null> {
    return this.redis.get(this.keys.names)
  }

  /** The mapping's fingerprint that `seen` was computed with. */
  async mappingFingerprint(): Promise<string | null> {
    return this.redis.hget(this.keys.state, 'mapping')
  }
}

/** Names the running server: another one after each start. Empty where a hosted Redis does not tell. */
async function processOf(redis: Redis): Promise<string> {
  return /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? ''
}
