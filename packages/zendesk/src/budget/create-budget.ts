import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { timeOf } from '@provisioner/shared/account-node.ts'
import { runScript } from '@provisioner/shared/ledger/script.ts'
import { readRateHeaders, type AnswerHeaders } from '../rate-headers.ts'
import type { Because, Budget, BudgetSnapshot, Grant, Need, PauseScope } from './budget.ts'
import { budgetKeys } from './budget-keys.ts'
import { newSlotId } from './job-slot.ts'
import { OBSERVE } from './observe.lua.ts'
import { PAUSE } from './pause.lua.ts'
import { ReleasedSlots } from './released-slots.ts'
import { readSnapshot } from './snapshot.ts'
import { TAKE } from './take.lua.ts'
import { WaitingLines } from './waiting-line.ts'
import { waitUntil } from './wait-until.ts'

export interface BudgetOptions {
  readonly redis: RedisClient
  readonly accountId: string
  /** The share of the request limit that is left to the account's other integrations, 0 to 1. */
  readonly reserve: number
  /** Until an answer tells the limit. Default: the smallest plan's. */
  readonly initialLimitPerMinute?: number
  /** The clock in ms, for tests. Default: Redis's. */
  readonly now?: () => number
}

/** Zendesk Team: https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
const SMALLEST_LIMIT = 200
/** Longer than any job status was seen to take; a worker that lives extends its own. */
const SLOT_LEASE_MS = 15 * 60_000
/** Answers that come closer together than this tell nothing new, ms. */
const OBSERVE_EVERY_MS = 100

export function createBudget(options: BudgetOptions): Budget {
  return new SharedBudget(options)
}

class SharedBudget implements Budget {
  readonly #redis: RedisClient
  readonly #account: string
  readonly #keys: ReturnType<typeof budgetKeys>
  readonly #reserve: number
  readonly #initialLimit: number
  readonly #now: (() => number) | undefined
  readonly #lines = new WaitingLines()
  readonly #released: ReleasedSlots
  /** Job statuses that were taken here, from before Redis knows of them until they are given back. */
  readonly #own = new Set<string>()
  #observedAt = 0

  constructor({ redis, accountId, reserve, initialLimitPerMinute = SMALLEST_LIMIT, now }: BudgetOptions) {
    if (!(reserve >= 0 && reserve < 1))
      throw new RangeError(`The reserve is a share from 0 to less than 1, not ${reserve}`)
    this.#redis = redis
    this.#account = accountId
    this.#keys = budgetKeys(accountId)
    this.#reserve = reserve
    this.#initialLimit = initialLimitPerMinute
    this.#now = now
    this.#released = new ReleasedSlots(redis, this.#keys.released)
  }

  async tryTake(need: Need): Promise<Grant> {
    const { jobSlot, holder } = need
    const slotId = jobSlot ? newSlotId(holder) : null
    if (slotId !== null) this.#own.add(slotId)
    let taken = false
    try {
      const grant = await this.#take(need, slotId)
      taken = grant.taken
      return grant
    } finally {
      if (slotId !== null && !taken) this.#own.delete(slotId)
    }
  }

  async #take(
    { requests, purpose, singleUserWrite: user, amongSingleUserWrites }: Need,
    slotId: string | null,
  ): Promise<Grant> {
    const answer = (await this.#run(
      TAKE,
      [this.#keys.state, this.#keys.slots, this.#keys.userWrites(user ?? ''), this.#keys.userPause(user ?? '')],
      [
        String(requests),
        purpose === 'removal' ? '1' : '',
        slotId ?? '',
        String(SLOT_LEASE_MS),
        user !== undefined ? 'user' : amongSingleUserWrites ? 'bulk' : '',
      ],
    )) as [1] | [0, number, Because]
    return answer[0] === 1 ? { taken: true, slotId } : { taken: false, waitMs: answer[1], because: answer[2] }
  }

  async take(need: Need, signal?: AbortSignal): Promise<{ slotId: string | null }> {
    signal?.throwIfAborted()
    const line = `${need.purpose === 'removal'}|${need.jobSlot === true}|${need.singleUserWrite ?? ''}|${need.amongSingleUserWrites === true}`
    if (!this.#lines.has(line)) {
      const grant = await this.tryTake(need)
      if (grant.taken) return grant
    }
    return this.#lines.join(line, signal, async () => {
      for (;;) {
        signal?.throwIfAborted()
        const grant = await this.tryTake(need)
        if (grant.taken) return grant
        await waitUntil(
          grant.waitMs,
          signal,
          grant.because === 'job statuses' ? (wake) => this.#released.listen(wake) : undefined,
        )
      }
    })
  }

  async releaseJobSlot(slotId: string): Promise<void> {
    this.#own.delete(slotId)
    const removed = await this.#redis.zrem(this.#keys.slots, slotId)
    if (removed > 0) await this.#redis.publish(this.#keys.released, slotId)
  }

  async takenJobSlots(): Promise<{ all: string[]; own: ReadonlySet<string> }> {
    return { all: await this.#redis.zrange(this.#keys.slots, '0', '-1'), own: new Set(this.#own) }
  }

  async extendJobSlot(slotId: string): Promise<boolean> {
    const now = this.#now?.() ?? (await timeOf(this.#redis, this.#account))
    return Number(await this.#redis.zadd(this.#keys.slots, 'XX', 'CH', now + SLOT_LEASE_MS, slotId)) > 0
  }

  onSlotReleased(listener: () => void): Disposable {
    return this.#released.listen(listener)
  }

  observe(headers: AnswerHeaders): void {
    const { limit, remaining, resetSeconds, inflightJobs } = readRateHeaders(headers)
    if (limit === undefined && remaining === undefined && !inflightJobs) return
    const now = this.#now?.() ?? performance.now()
    const scarce = limit !== undefined && remaining !== undefined && remaining < limit * 0.05
    if (now - this.#observedAt < OBSERVE_EVERY_MS && this.#observedAt > 0 && !scarce && !inflightJobs) return
    this.#observedAt = now
    const args = [limit, remaining, resetSeconds, inflightJobs?.total, inflightJobs?.remaining].map((n) =>
      String(n ?? ''),
    )
    // What an answer told is told again by the next one.
    this.#run(OBSERVE, [this.#keys.state, this.#keys.slots], args).catch(() => {})
  }

  async pause(scope: PauseScope, ms: number): Promise<void> {
    if (ms <= 0) return
    if (scope.startsWith('user:'))
      await this.#redis.set(this.#keys.userPause(scope.slice('user:'.length)), '1', 'PX', Math.ceil(ms))
    else await this.#run(PAUSE, [this.#keys.state], [scope, String(Math.ceil(ms))])
  }

  async snapshot(): Promise<BudgetSnapshot> {
    const now = this.#now?.() ?? (await timeOf(this.#redis, this.#account))
    const [state, slots] = await Promise.all([
      this.#redis.hgetall(this.#keys.state),
      this.#redis.zrangebyscore(this.#keys.slots, `(${now}`, '+inf'),
    ])
    return readSnapshot({ state, slots, now, reserve: this.#reserve, initialLimit: this.#initialLimit })
  }

  #run(lua: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const clock = this.#now ? String(this.#now()) : ''
    return runScript(this.#redis, lua, keys, [clock, String(this.#reserve), String(this.#initialLimit), ...args])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#released[Symbol.asyncDispose]()
  }
}
