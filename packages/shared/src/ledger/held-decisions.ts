import type { Redis } from 'ioredis'
import type { FirstPlan } from './cycle-state.ts'
import type { Decision } from './decision.ts'
import type { DecidedChange } from './held-change.ts'
import { connectionKeys } from './keys.ts'
import { LedgerReader } from './ledger-reader.ts'

/** An admin's decisions on what the guard keeps back, or on the first plan. The next cycle carries them out. */
export class HeldDecisions {
  readonly #redis: Redis
  readonly #reader: LedgerReader
  readonly #keys: ReturnType<typeof connectionKeys>

  constructor(redis: Redis, connection: string) {
    this.#redis = redis
    this.#reader = new LedgerReader(redis, connection)
    this.#keys = connectionKeys(connection)
  }

  /** Decides on the held changes that `matches` and that nobody has decided on. Returns those it decided on. */
  async decide(
    decision: Omit<Decision, 'print'>,
    matches: (change: DecidedChange) => boolean,
  ): Promise<DecidedChange[]> {
    const chosen = (await this.#reader.heldAndDecided()).filter((change) => !change.decision && matches(change))
    const fields = chosen.flatMap(({ key, print }) => [key, JSON.stringify({ ...decision, print } satisfies Decision)])
    if (fields.length > 0) await this.#redis.hset(this.#keys.decisions, ...fields)
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
