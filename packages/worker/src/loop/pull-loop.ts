import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { OnOutcome, Outcome } from '../outcome.ts'
import { chooseLines, nextRipe } from './choose-line.ts'
import type { Line, PulledJob } from './line.ts'
import { peek } from './peek.ts'
import { pull } from './pull.ts'
import { lookAfterLocks } from './look-after-locks.ts'
import { giveUp, tellAll } from './tell-outcomes.ts'
import { takeSlots, type NoSlot, type Slot } from './take-slots.ts'
import { JobWaiter } from './wait-for-jobs.ts'

/** What a queue's jobs need before they are worth pulling. */
export interface Appetite {
  /** Jobs to pull. */
  readonly jobs: number
  /** Whether they go out as one bulk write, and so need a job status. */
  readonly bulk: boolean
  /** Batches of the queue that may be under way at once. */
  readonly batches: number
}

export interface PullLoopOptions {
  readonly lines: readonly Line[]
  /** A client whose like waits for jobs. */
  readonly redis: RedisClient
  /** Batches that this worker may have under way at once. */
  readonly maxBatches: number
  readonly log: Logger
  /** Whether an admin has paused what is on a queue. Asked only while there is something. */
  isPaused(line: Line): Promise<boolean>
  appetite(line: Line): Promise<Appetite>
  /** A slot, or the ms to wait and why. */
  takeSlot(line: Line, appetite: Appetite): Promise<Slot | NoSlot>
  /** Calls back whenever any worker gave a slot back. */
  onSlotReleased(wake: () => void): Disposable
  /**
   * Sends a batch, and gives the slot back when it needs it no longer. Never throws: each job gets its outcome, by
   * job id.
   */
  send(line: Line, jobs: readonly PulledJob[], slot: Slot): Promise<ReadonlyMap<string, Outcome>>
  readonly onOutcome?: OnOutcome | undefined
}

/** Jobs that were pulled, with what became of each. */
interface Sent {
  readonly jobs: readonly PulledJob[]
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/** Bulk writes begun in one turn: few enough that a removal which just came is next. */
const AT_A_TURN = 4

/** How long a queue whose batch had to wait altogether lets others go first, ms. */
const LATER_MS = 250

/** Longest wait for a slot before the queues are looked at again, ms: a removal may have come. */
const SLOT_WAIT_MS = 250

/**
 * Slot first, then jobs: takes a slot of the budget, then pulls from the most urgent queue, sends, settles.
 * Nothing is fetched to sleep.
 */
export class PullLoop {
  readonly #o: PullLoopOptions
  /** Batches that are not settled yet. */
  readonly #under = new Set<Promise<void>>()
  /** Of those, the ones that are still being pulled or sent. */
  readonly #sending = new Map<Promise<unknown>, Line>()
  readonly #waiter: JobWaiter
  readonly #locks: Disposable
  readonly #running: Promise<void>
  #stopping = false

  constructor(options: PullLoopOptions) {
    this.#o = options
    this.#waiter = new JobWaiter(options.lines, options.redis)
    this.#locks = lookAfterLocks(options.lines, options.log)
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    let failing = false
    while (!this.#stopping) {
      try {
        await this.#turn()
        failing = false
      } catch (error) {
        if (this.#stopping) return
        // once: a full Redis refuses for hours
        if (!failing) this.#o.log.warn({ err: error }, 'Queues not reachable; trying again')
        failing = true
        await sleep(1_000)
      }
    }
  }

  async #turn(): Promise<void> {
    const { lines, maxBatches } = this.#o
    const due = await peek(lines, Date.now(), this.#o)
    const ripe = chooseLines(lines, Date.now())
    if (ripe.length === 0) return this.#sleepUntil(Math.min(due, nextRipe(lines)))
    if (this.#under.size >= maxBatches) return this.#sleepUntilBatchEnds(SLOT_WAIT_MS)

    let wait = SLOT_WAIT_MS
    for (const line of ripe) {
      const appetite = await this.#o.appetite(line)
      if (!line.removal && this.#countUnder(line) >= appetite.batches) continue
      const batches = fullBatches(line, appetite, maxBatches - this.#under.size)
      const { slots, refusals } = await takeSlots(batches, () => this.#o.takeSlot(line, appetite))
      for (const slot of slots) this.#begin(line, appetite, slot)
      // A job added from now on lingers for its own time. While another pull is under way, nobody knows what is left.
      const taken = slots.length * appetite.jobs
      if (taken >= line.ready && taken === line.pulling) line.readySince = 0
      if (slots.length > 0) return
      wait = Math.min(wait, ...refusals.map(({ waitMs }) => Math.max(10, waitMs)))
    }
    await this.#sleepUntilSlot(wait)
  }

  #countUnder(line: Line): number {
    return [...this.#sending.values()].filter((one) => one === line).length
  }

  /** Pulls and sends beside the loop, which goes on with the next slot: a pull takes as long as choosing its queue. */
  #begin(line: Line, appetite: Appetite, slot: Slot): void {
    line.pulling += appetite.jobs
    const sent: Promise<Sent> = this.#pullAndSend(line, appetite, slot).finally(() => this.#sending.delete(sent))
    this.#sending.set(sent, line)
    const batch: Promise<void> = sent
      .then(({ jobs, outcomes }) => {
        for (const outcome of outcomes.values()) this.#o.onOutcome?.(line, outcome)
        return tellAll(line, jobs, outcomes, this.#o.log)
      })
      .finally(() => this.#under.delete(batch))
    this.#under.add(batch)
  }

  /** Never throws: what was pulled gets an outcome, or its lock runs out. */
  async #pullAndSend(line: Line, appetite: Appetite, slot: Slot): Promise<Sent> {
    const { log } = this.#o
    let jobs: PulledJob[] = []
    try {
      jobs = this.#stopping ? [] : await pull(line, appetite.jobs, log).finally(() => (line.pulling -= appetite.jobs))
      if (jobs.length > 0) {
        const outcomes = await this.#o.send(line, jobs, slot)
        const all = [...outcomes.values()]
        // what they wait for is on another queue, and may be less urgent
        if (all.every((one) => one.status === 'later'))
          line.emptyUntil = Date.now() + Math.min(LATER_MS, ...all.map(({ ms }) => ms))
        return { jobs, outcomes }
      }
      await slot.release().catch((error: unknown) => log.warn({ err: error }, 'Slot not released; its lease will end'))
      return { jobs, outcomes: new Map() }
    } catch (error) {
      log.error({ err: error, queue: line.queue }, 'Batch failed; its jobs are tried again')
      if (jobs.length === 0) {
        await slot.release().catch(() => {})
        await sleep(1_000)
      }
      const why = error instanceof Error ? error.message : String(error)
      return { jobs, outcomes: new Map(jobs.map(({ id }) => [id, { status: 'retry' as const, why }])) }
    }
  }

  /**
   * Sleeps until BullMQ tells of a job, and at most until `due`, which covers what it tells nobody of. While some jobs
   * linger, a removal alone wakes the loop.
   */
  async #sleepUntil(due: number): Promise<void> {
    const { lines } = this.#o
    const isLingering = lines.some((line) => line.ready > 0)
    const isTold = await this.#waiter.wait(isLingering ? lines.filter((line) => line.removal) : lines, due)
    // BullMQ tells of a job that is delayed, and of those that others pull, at once and again and again.
    if (isTold && !isLingering && !this.#stopping) await sleep(5)
  }

  async #sleepUntilSlot(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    using _listening = this.#o.onSlotReleased(resolve)
    await Promise.race([...this.#under, ...this.#sending.keys(), promise, sleep(ms)])
  }

  async #sleepUntilBatchEnds(ms: number): Promise<void> {
    await Promise.race([...this.#under, sleep(ms)])
  }

  /**
   * Stops pulling at once, waits up to `graceMs` for batches under way, and gives what is left back to the queues, so
   * that others go on at once. Bulk writes that still run are outstanding writes: others pick up their results.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#waiter[Symbol.dispose]()
    await this.#running
    // not to be waited for when the batches are done: the process ends when nothing is left to do
    const grace = sleep(graceMs, undefined, { ref: false })
    await Promise.race([Promise.allSettled(this.#under), grace])
    this.#locks[Symbol.dispose]()
    const left = this.#o.lines.flatMap((line) => [...line.pulled.values()].map((pulled) => ({ line, pulled })))
    await Promise.allSettled(
      left.map(({ line, pulled }) => {
        pulled.lost = true
        line.pulled.delete(pulled.id)
        return giveUp(pulled)
      }),
    )
    // last: without its line no job can be settled
    await Promise.all(this.#o.lines.map((line) => line[Symbol.asyncDispose]()))
  }
}

/**
 * How many batches of the queue to begin in one turn: one, and more where other workers, who see the same jobs, leave
 * enough to fill them all.
 */
function fullBatches(line: Line, appetite: Appetite, free: number): number {
  if (!appetite.bulk) return 1
  return Math.max(1, Math.min(AT_A_TURN, appetite.batches, free, Math.floor(line.ready / (AT_A_TURN * appetite.jobs))))
}
