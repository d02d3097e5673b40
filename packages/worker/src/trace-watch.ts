import { AsyncLocalStorage } from 'node:async_hooks'
import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { addStep, readTraced, tracedAs, type TraceStep } from '@provisioner/shared/ledger/traces.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Answered } from '@provisioner/zendesk/exchange.ts'
import { maskWords } from './entity/mask-words.ts'
import type { OpenJob } from './entity/open-job.ts'
import type { Outcome } from './outcome.ts'

/** What was read so long ago is read anew, ms. */
const FRESH_MS = 500

/** Of a body or an answer so much is kept, characters: an answer may be a list of hundreds. */
const MOST_TEXT = 20_000

const MASKED = '***'

export interface TraceWatchOptions {
  readonly redis: RedisClient
  readonly name: ConnectionName
  readonly masked: readonly string[]
  readonly log: Logger
}

/**
 * Keeps each step of the writes that somebody follows (`provisioner sync --user`): what differed, each request with its
 * answer, and the outcome, without the values of masked attributes.
 */
export class TraceWatch {
  readonly #o: TraceWatchOptions
  readonly #followed = new AsyncLocalStorage<OpenJob>()
  #readAt = -Infinity
  #traced: Promise<ReadonlySet<string>> = Promise.resolve(new Set())

  constructor(options: TraceWatchOptions) {
    this.#o = options
  }

  /** Those of the jobs that somebody follows. A Redis that does not say so keeps nobody from their work. */
  async of<J extends OpenJob>(jobs: readonly J[]): Promise<J[]> {
    if (jobs.length === 0) return []
    if (performance.now() - this.#readAt >= FRESH_MS) {
      this.#readAt = performance.now()
      this.#traced = readTraced(this.#o.redis, this.#o.name).catch(() => new Set())
    }
    const traced = await this.#traced
    return traced.size === 0 ? [] : jobs.filter(({ ref }) => traced.has(tracedAs(ref)))
  }

  /** Sends one job that is followed: whatever is asked of Zendesk meanwhile is one of its steps. */
  async run(job: OpenJob, send: () => Promise<Outcome>): Promise<Outcome> {
    const { record } = job
    const names = record.changed.map((name) => ({ name, ...this.#valuesOf(record, name) }))
    this.#add(job, { ...this.#about(job), step: 'opened', operation: record.operation, changes: names })
    const outcome = await this.#followed.run(job, send)
    const why = 'why' in outcome ? maskWords(outcome.why, record, this.#o.masked) : null
    this.#add(job, { ...this.#about(job), step: 'ended', outcome: outcome.status, why })
    return outcome
  }

  /** Who is told of the request that goes out now. */
  readonly listener = (): ((answered: Answered) => void) | undefined => {
    const job = this.#followed.getStore()
    if (!job) return undefined
    const hide = (text: string) =>
      maskWords(withoutKeys(text, this.#o.masked), job.record, this.#o.masked).slice(0, MOST_TEXT)
    return ({ method, path, body, status, answer, ms }) =>
      this.#add(job, {
        ...this.#about(job),
        step: 'request',
        method,
        path: hide(decoded(path)),
        body: body === undefined ? null : hide(body),
        status,
        answer: hide(answer),
        ms,
      })
  }

  #valuesOf(record: LedgerRecord, name: string): { was: AttributeValue; becomes: AttributeValue } {
    if (this.#o.masked.includes(name)) return { was: MASKED, becomes: MASKED }
    if (record.kind !== 'user') return { was: nameOf(record.applied), becomes: nameOf(record.desired) }
    const { desired, applied } = record as UserRecord
    const of = (state: UserRecord['applied'] | UserRecord['desired']) =>
      (state && valueOf(state.attributes, name)) ?? null
    return { was: of(applied), becomes: of(desired) }
  }

  #about({ record: { label } }: OpenJob): Pick<TraceStep, 'at' | 'what'> {
    return { at: Date.now(), what: label }
  }

  #add({ ref }: OpenJob, step: TraceStep): void {
    const { redis, name, log } = this.#o
    addStep(redis, name, tracedAs(ref), step).catch((error: unknown) =>
      log.debug({ err: error }, 'A step of a followed write was not kept'),
    )
  }
}

function nameOf(state: LedgerRecord['applied'] | LedgerRecord['desired']): string | null {
  return state && 'name' in state ? state.name : null
}

/** A path as people read it: an address in a query has its @ again, and is known to be one that is masked. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Which attribute the value of a user's identity is of, by the identity's type. */
const IDENTITIES: Readonly<Record<string, string>> = { email: 'email', phone_number: 'phone' }

/** JSON without the values of masked attributes, whoever gave them their value; any other text as it is. */
function withoutKeys(text: string, masked: readonly string[]): string {
  if (masked.length === 0) return text
  const keys = new Set(masked.map((name) => name.slice(name.indexOf('.') + 1)))
  const isOfIdentity = (holder: unknown) => {
    const type = holder !== null && typeof holder === 'object' && 'type' in holder ? String(holder.type) : ''
    return masked.includes(IDENTITIES[type] ?? '')
  }
  try {
    return JSON.stringify(
      JSON.parse(text, function (this: unknown, key, value: unknown) {
        const isHidden = keys.has(key) || (key === 'value' && isOfIdentity(this))
        return isHidden && value !== null ? MASKED : value
      }),
    )
  } catch {
    return text
  }
}
