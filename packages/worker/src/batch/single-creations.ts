import type { SingleCreationsPort } from '../ports.ts'

/** Single creations that a worker has under way at once; the budget paces them. */
const AT_ONCE = 20
/** Places worth waiting for: each group of creations costs a few calls of Redis's. */
const GROUP = AT_ONCE
/** Places: a group is made ready while all lanes are in use, and goes out as they become free. */
const PLACES = AT_ONCE + GROUP

/** Most jobs that are worth pulling at once, and fewest. */
const MOST = 100
const FEWEST = AT_ONCE
/** A batch is what goes out in so long, ms: its leases, of half a minute and more, have to outlast its last request. */
const BATCH_MS = 5_000

/**
 * What one account's single creations go through, shared by the batches of this worker: a place, in which a creation is
 * paid for and marked as sent, and from there a lane, in which its request is under way.
 */
export class SingleCreations implements SingleCreationsPort {
  #free = PLACES
  #freeLanes = AT_ONCE
  #unsent = 0
  readonly #waiting: { count: number; go: (taken: number) => void }[] = []
  readonly #waitingForLane: (() => void)[] = []
  /** Requests that ended in the period that runs, and in the one before. */
  #period = { since: performance.now(), ended: 0, before: 0 }

  /** Whether a batch still has creations without a place: another one would only wait behind it. */
  get isBusy(): boolean {
    return this.#unsent > 0
  }

  /** How many jobs to pull for a batch: as many as went out lately in the time that a batch may take. */
  get worthPulling(): number {
    this.#turnPeriod()
    const { ended, before } = this.#period
    return Math.min(MOST, Math.max(FEWEST, ended, before))
  }

  /** Counts a batch as unsent until it is disposed of. */
  enter(): Disposable {
    this.#unsent++
    return { [Symbol.dispose]: () => void this.#unsent-- }
  }

  /** Takes up to `count` places; waits until a group's are free, or as many as are asked for. Returns how many. */
  async take(count: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#waiting.push({ count, go: resolve })
    this.#serve()
    return promise
  }

  giveBack(count: number): void {
    this.#free += count
    this.#serve()
  }

  /** Takes a lane, until what it returns is disposed of. */
  async lane(): Promise<Disposable> {
    if (this.#freeLanes > 0) this.#freeLanes--
    else {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waitingForLane.push(resolve)
      await promise
    }
    return { [Symbol.dispose]: () => this.#leaveLane() }
  }

  #turnPeriod(): void {
    const now = performance.now()
    const { since, ended } = this.#period
    if (now - since >= BATCH_MS)
      this.#period = { since: now, ended: 0, before: now - since >= 2 * BATCH_MS ? 0 : ended }
  }

  #leaveLane(): void {
    this.#turnPeriod()
    this.#period.ended++
    const next = this.#waitingForLane.shift()
    if (next) next()
    else this.#freeLanes++
  }

  /** In the order they came. */
  #serve(): void {
    for (let next = this.#waiting[0]; next && this.#free >= Math.min(next.count, GROUP); next = this.#waiting[0]) {
      this.#waiting.shift()
      const taken = Math.min(next.count, this.#free)
      this.#free -= taken
      next.go(taken)
    }
  }
}
