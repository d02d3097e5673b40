import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { AccountProblems } from '../account-problems.ts'
import { AccountTrouble, type TroubleTold } from '../account-trouble.ts'
import type { BulkPort, Ending } from '../ports.ts'
import { EndlessJobStatuses } from './endless-job-statuses.ts'
import { FailingLook } from './failing-look.ts'
import { Rest } from './rest.ts'

/** Longest and shortest time between two polls, ms. One `show_many` tells of all job statuses of the account. */
const POLL_MS = 2_000
const SHORTEST_POLL_MS = 100
/** The same while the account has no job statuses, ms: until then nobody has the lease on polling any more. */
const IDLE_POLL_MS = 3 * POLL_MS
/** The share of the account's minute that polls may take: each is a request that a write could have been. */
const POLL_SHARE = 0.1
/** Time between two looks into Redis for endings that another worker polled, ms. */
const LOOK_MS = 100
/** How often the account's limit is looked up, ms. */
const LIMIT_MS = 5_000
/** How long polls may say nothing of a job status before it counts as forgotten by Zendesk, ms. */
const SILENT_MS = 10_000
/** Endings are kept as long as Zendesk keeps job statuses: a day. */
const KEPT_S = 24 * 60 * 60

/**
 * Polls the job statuses of an account: one worker at a time does, for all, and leaves each ending in Redis where its
 * sender finds it.
 */
export class JobStatusPoller implements Pick<BulkPort, 'endingOf' | 'untilNoneRuns'> {
  readonly #redis: RedisClient
  readonly #zendesk: ZendeskClient
  readonly #keys: ReturnType<typeof accountKeys>
  readonly #worker: string
  readonly #signal: AbortSignal
  readonly #limit: () => Promise<number>
  readonly #endless: EndlessJobStatuses
  readonly #forgotten: AccountTrouble
  readonly #polls: FailingLook
  readonly #lists: FailingLook
  readonly #silent = new Map<string, number>()
  readonly #waiting = new Map<string, PromiseWithResolvers<Ending>>()
  readonly #running: Promise<unknown>
  readonly #rest = new Rest(IDLE_POLL_MS)
  #pollMs = POLL_MS
  #limitAt = 0

  constructor({
    redis,
    zendesk,
    account,
    worker,
    signal,
    limitPerMinute,
    problems,
    log,
  }: {
    redis: RedisClient
    zendesk: ZendeskClient
    account: string
    worker: string
    signal: AbortSignal
    /** Requests a minute that Zendesk grants the account. */
    limitPerMinute: () => Promise<number>
    problems: Pick<AccountProblems, 'report' | 'solve'>
    log: Logger
  }) {
    const trouble = (name: string) => new AccountTrouble({ problems, account, name, log })
    this.#redis = redis
    this.#zendesk = zendesk
    this.#keys = accountKeys(account)
    this.#worker = worker
    this.#signal = signal
    this.#endless = new EndlessJobStatuses({ redis, account, trouble: trouble('endless-job-statuses') })
    this.#forgotten = trouble('forgotten-job-statuses')
    this.#polls = new FailingLook({ trouble: trouble('job-statuses'), account, log })
    this.#lists = new FailingLook({ trouble: trouble('job-status-list'), account, log })
    this.#limit = limitPerMinute
    this.#running = Promise.all([this.#pollOn(), this.#lookOn()])
  }

  /**
   * Takes the polling, or keeps it. True while this worker is the one that polls, and looks after dead workers' writes.
   */
  async takePolling(): Promise<boolean> {
    const terms = { token: this.#worker, ms: 3 * POLL_MS }
    return (await Lease.take(this.#redis, this.#keys.poller, terms)) !== undefined
  }

  /** Resolves when the job status has ended, whoever polled it. Rejects when the worker stops. */
  async endingOf(jobStatusId: string): Promise<Ending> {
    this.#signal.throwIfAborted()
    const known = await this.#redis.get(this.#keys.ended(jobStatusId))
    if (known) return readEnding(known)
    const waiting = this.#waiting.get(jobStatusId) ?? Promise.withResolvers<Ending>()
    this.#waiting.set(jobStatusId, waiting)
    this.#rest.wake()
    return waiting.promise
  }

  /** For a bulk request whose answer was lost: resolves when no job status that could be its own still runs. */
  async untilNoneRuns(): Promise<'unknown'> {
    // Those that began later are others': an account that is never without one must not keep entities closed for ever.
    let suspects: ReadonlySet<string> | undefined
    for (;;) {
      this.#signal.throwIfAborted()
      await sleep(POLL_MS, undefined, { signal: this.#signal })
      const listed = await this.#zendesk.jobStatuses.list({ signal: this.#signal }).catch(async (error: unknown) => {
        if (!this.#signal.aborted) await this.#lists.failed(error)
        return undefined
      })
      if (!listed) continue
      await this.#lists.worked()
      const known = new Set(await this.#redis.hvals(this.#keys.jobStatuses))
      const running = listed.filter((status) => !known.has(status.id) && isRunning(status)).map(({ id }) => id)
      suspects ??= new Set(running)
      if (!running.some((id) => suspects!.has(id))) return 'unknown'
    }
  }

  async #pollOn(): Promise<void> {
    while (!this.#signal.aborted) {
      if (!this.#rest.isLong) await this.#pace().catch(() => {})
      await this.#rest.take(this.#pollMs, this.#signal)
      if (this.#signal.aborted) return
      await this.#poll().catch(async (error: unknown) => {
        if (this.#signal.aborted) return
        await this.#polls.failed(error)
        if (error instanceof ZendeskError && error.problem.kind === 'rate limited' && error.problem.retryAfterMs)
          await sleep(error.problem.retryAfterMs, undefined, { signal: this.#signal }).catch(() => {})
      })
    }
  }

  /** Looks for endings that another worker polled; those of our own polls are told at once. */
  async #lookOn(): Promise<void> {
    while (!this.#signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: this.#signal }).catch(() => {})
      const ids = [...this.#waiting.keys()]
      if (this.#signal.aborted || ids.length === 0) continue
      const texts = await this.#redis.mget(ids.map((id) => this.#keys.ended(id))).catch(() => [])
      for (const [i, text] of texts.entries()) if (text) this.#tell(ids[i]!, readEnding(text))
    }
    for (const { reject } of this.#waiting.values()) reject(this.#signal.reason)
  }

  #tell(id: string, ending: Ending): void {
    this.#waiting.get(id)?.resolve(ending)
    this.#waiting.delete(id)
  }

  /** Polls as often as the account's limit bears. */
  async #pace(): Promise<void> {
    if (Date.now() - this.#limitAt < LIMIT_MS) return
    this.#limitAt = Date.now()
    this.#pollMs = Math.min(POLL_MS, Math.max(SHORTEST_POLL_MS, 60_000 / (POLL_SHARE * (await this.#limit()))))
  }

  async #poll(): Promise<void> {
    const recorded = new Set(await this.#redis.hvals(this.#keys.jobStatuses))
    // what is waited for and is not recorded, since Redis lost it, nobody else polls
    const unrecorded = [...this.#waiting.keys()].filter((id) => !recorded.has(id))
    this.#rest.saw(recorded.size + unrecorded.length > 0)
    const polling = recorded.size > 0 && (await this.takePolling())
    const ids = polling ? [...recorded, ...unrecorded] : unrecorded
    if (recorded.size > 0 && !polling) this.#endless.leave()
    if (recorded.size === 0) await this.#endless.look([])
    if (ids.length === 0) return
    const endings = await this.#redis.mget(ids.map((id) => this.#keys.ended(id)))
    const open = ids.filter((_id, i) => endings[i] === null)
    const running: string[] = []
    for (let at = 0; at < open.length; at += 100) {
      const asked = open.slice(at, at + 100)
      const statuses = new Map(
        (await this.#zendesk.jobStatuses.showMany(asked, { signal: this.#signal })).map((status) => [
          status.id,
          status,
        ]),
      )
      await this.#polls.worked()
      await Promise.all(asked.map((id) => this.#note(id, statuses.get(id))))
      running.push(...asked.filter((id) => statuses.has(id) && isRunning(statuses.get(id)!)))
    }
    if (polling) await this.#endless.look(running)
  }

  /** @param status undefined when Zendesk said nothing of it */
  async #note(id: string, status: JobStatus | undefined): Promise<void> {
    if (status) {
      this.#silent.delete(id)
      if (!isRunning(status)) await this.#end(id, status)
      return
    }
    const since = this.#silent.get(id) ?? Date.now()
    this.#silent.set(id, since)
    if (Date.now() - since >= SILENT_MS) await this.#end(id, 'forgotten')
  }

  async #end(id: string, ending: Ending): Promise<void> {
    this.#silent.delete(id)
    const text = typeof ending === 'string' ? ending : JSON.stringify(ending)
    await this.#redis.set(this.#keys.ended(id), text, 'EX', KEPT_S)
    this.#tell(id, ending)
    await this.#forgotten.tell(ending === 'forgotten' ? forgotten(id) : undefined)
  }

  /** Resolves when the poller has stopped, after its signal was aborted. */
  async stopped(): Promise<void> {
    await this.#running
  }
}

/**
 * Reads an ending as Redis has it. Of one that can't be read nobody knows anything: Zendesk is asked what came of it.
 */
function readEnding(text: string): Ending {
  if (text === 'forgotten') return text
  try {
    return JobStatus.safeParse(JSON.parse(text)).data ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function isRunning(status: JobStatus): boolean {
  return status.status === 'queued' || status.status === 'working'
}

function forgotten(id: string): TroubleTold {
  return {
    code: 'JOB_STATUS_FORGOTTEN',
    what: `Zendesk does not show job status ${id}, which it has given for a bulk write; what that did is looked up, or written again`,
    todo:
      'Nothing after an outage of a day: Zendesk forgets job statuses then. If it stays, look at whether the API’s user ' +
      'may see job statuses, and at a proxy between; each try waits longer than the one before',
  }
}
