import type { Redis } from 'ioredis'
import type { FirstPlan } from './cycle-state.ts'
import type { HeldChange } from './held-change.ts'
import { connectionKeys } from './keys.ts'

/** An admin's decision on what the guard keeps back, or on the first plan. The next cycle carries it out. */
export class HeldDecisions {
  readonly #redis: Redis
  readonly #keys: ReturnType<typeof connectionKeys>

  constructor(redis: Redis, connection: string) {
    this.#redis = redis
    this.#keys = connectionKeys(connection)
  }

  /** Approves or rejects the held changes that `matches`. Returns those it decided on. */
  async decide(decision: 'approved' | 'rejected', matches: (change: HeldChange) => boolean): Promise<HeldChange[]> {
    const texts = await this.#redis.hvals(this.#keys.held)
    const chosen = texts.map((text) => JSON.parse(text) as HeldChange).filter(matches)
    if (chosen.length > 0)
      await this.#redis.hset(this.#keys.held, ...chosen.flatMap((c) => [c.key, JSON.stringify({ ...c, decision })]))
    return chosen
  }

  /** Lets the first plan go. Returns it, or undefined when none waits. */
  async approveFirstPlan(): Promise<FirstPlan | undefined> {
    const [status, plan] = await this.#redis.hmget(this.#keys.state, 'firstRun', 'firstPlan')
    if (status !== 'waiting' || !plan) return undefined
    await this.#redis.hset(this.#keys.state, 'firstRun', 'approved')
    return JSON.parse(plan) as FirstPlan
  }
}
