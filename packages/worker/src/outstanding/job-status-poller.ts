import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Ending } from './settle-outstanding.ts'

/** What a batch waits for after a bulk request. */
export interface JobStatusWaiter {
  /** Resolves when the job status has ended, whoever polled it. Rejects when the worker stops. */
  ended(jobStatusId: string): Promise<Ending>
  /** For a bulk request whose answer was lost: resolves when no job status that could be its own still runs. */
  lost(write: OutstandingWrite): Promise<Ending>
}

/** Time between two polls, ms. One `show_many` tells of all job statuses of the account. */
const POLL_MS = 2_000
/** Time between two looks into Redis for an ending that another worker polled, ms. */
const LOOK_MS = 200
/** Polls without a word of a job status before it counts as forgotten by Zendesk. */
const SILENT_POLLS = 5
/** Endings are kept as long as Zendesk keeps job statuses: a day. */
const KEPT_S = 24 * 60 * 60

/**
 * Polls the job statuses of an account: one worker at a time does, for all, and leaves each ending in Redis where its
 * sender finds it.
 */
export class JobStatusPoller implements JobStatusWaiter {
  readonly #redis: Redis
  readonly #zendesk: ZendeskClient
  readonly #keys: ReturnType<typeof accountKeys>
  readonly #worker: string
  readonly #signal: AbortSignal
  readonly #log: Logger
  readonly #silent = new Map<string, number>()
  readonly #running: Promise<void>

  constructor({
    redis,
    zendesk,
    account,
    worker,
    signal,
    log,
  }: {
    redis: Redis
    zendesk: ZendeskClient
    account: string
    worker: string
    signal: AbortSignal
    log: Logger
  }) {
    this.#redis = redis
    this.#zendesk = zendesk
    this.#keys = accountKeys(account)
    this.#worker = worker
    this.#signal = signal
    this.#log = log
    this.#running = this.#run()
  }

  /** True while this worker is the one that polls, and looks after dead workers' writes. */
  async isPolling(): Promise<boolean> {
    const taken = await this.#redis.set(this.#keys.poller, this.#worker, 'PX', 3 * POLL_MS, 'NX')
    if (taken === 'OK') return true
    if ((await this.#redis.get(this.#keys.poller)) !== this.#worker) return false
    await this.#redis.pexpire(this.#keys.poller, 3 * POLL_MS)
    return true
  }

  async ended(jobStatusId: string): Promise<Ending> {
    for (;;) {
      this.#signal.throwIfAborted()
      const text = await this.#redis.get(this.#keys.ended(jobStatusId))
      if (text === 'unknown') return 'unknown'
      if (text) return JobStatus.parse(JSON.parse(text))
      await sleep(LOOK_MS, undefined, { signal: this.#signal })
    }
  }

  async lost(write: OutstandingWrite): Promise<Ending> {
    for (;;) {
      this.#signal.throwIfAborted()
      await sleep(POLL_MS, undefined, { signal: this.#signal })
      const known = new Set(await this.#redis.hvals(this.#keys.jobStatuses))
      const listed = await this.#zendesk.jobStatuses.list({ signal: this.#signal }).catch((error: unknown) => {
        this.#log.warn({ err: error, batch: write.id }, 'Job statuses not listed; a bulk write without an answer waits')
        return undefined
      })
      if (listed?.every((status) => known.has(status.id) || !isRunning(status))) return 'unknown'
    }
  }

  async #run(): Promise<void> {
    while (!this.#signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: this.#signal }).catch(() => {})
      if (this.#signal.aborted) return
      await this.#poll().catch(
        (error: unknown) =>
          this.#signal.aborted || this.#log.warn({ err: error }, 'Job statuses not polled; trying again'),
      )
    }
  }

  async #poll(): Promise<void> {
    const ids = [...new Set(await this.#redis.hvals(this.#keys.jobStatuses))]
    if (ids.length === 0 || !(await this.isPolling())) return
    const open = (
      await Promise.all(ids.map(async (id) => ((await this.#redis.exists(this.#keys.ended(id))) ? [] : [id])))
    ).flat()
    for (let at = 0; at < open.length; at += 100) {
      const asked = open.slice(at, at + 100)
      const statuses = new Map(
        (await this.#zendesk.jobStatuses.showMany(asked, { signal: this.#signal })).map((status) => [
          status.id,
          status,
        ]),
      )
      for (const id of asked) {
        const status = statuses.get(id)
        if (status && isRunning(status)) this.#silent.delete(id)
        else if (status) await this.#end(id, JSON.stringify(status))
        else if ((this.#silent.get(id) ?? 0) + 1 >= SILENT_POLLS) await this.#end(id, 'unknown')
        else this.#silent.set(id, (this.#silent.get(id) ?? 0) + 1)
      }
    }
  }

  async #end(id: string, text: string): Promise<void> {
    this.#silent.delete(id)
    await this.#redis.set(this.#keys.ended(id), text, 'EX', KEPT_S)
  }

  /** Resolves when the poller has stopped, after its signal was aborted. */
  async stopped(): Promise<void> {
    await this.#running
  }
}

function isRunning(status: JobStatus): boolean {
  return status.status === 'queued' || status.status === 'working'
}
