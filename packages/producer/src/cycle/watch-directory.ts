import { setTimeout as sleep } from 'node:timers/promises'
import type { ChangeToken, CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Directory } from '../directory/directory.ts'

/** A directory that changes all the time is read for a third of the time at most: so long a rest after a cycle. */
const REST_PER_CYCLE = 2

const NOT_SHOWN =
  'The directory shows no change token: it is read by schedule.every alone. docs/directories.md says how a server shows one'

const ANOTHER_SERVER =
  'Another server answers, or one that was restored, and it counts its changes for itself: the directory is read whole'

/** Looks take a twentieth of the time at most: those that search the entries for what was changed take long. */
const REST_PER_LOOK = 20

/** How often a directory that shows no token is asked again, ms: somebody may have it show one. */
const NOT_SHOWN_MS = 60_000

export interface WatchOptions {
  readonly directory: Pick<Directory, 'changeToken' | 'hasChangedSince'>
  readonly bases: readonly string[]
  /** The attributes that could be its change token. */
  readonly tokens: readonly string[]
  /** Time between two looks, ms. */
  readonly everyMs: number
  /** The last cycle that ended well, whoever ran it. */
  readonly lastCycle: () => Promise<Pick<CycleSummary, 'cycle' | 'startedAt' | 'endedAt' | 'changeToken'> | undefined>
  /** Whether a cycle runs or waits, or this producer is to begin none. */
  readonly isBusy: () => Promise<boolean>
  /** Has a cycle run at once. */
  readonly ask: () => Promise<void>
  readonly log: Pick<Logger, 'info' | 'debug'>
}

/**
 * Follows a directory by its change token: when it is another one than before the last cycle read its first entry, a
 * cycle is asked for. A quiet look reads the token and nothing else, Redis included. Of one token a cycle is asked
 * for once: one that fails is the schedule's to repeat.
 */
export function watchDirectory(options: WatchOptions): Disposable {
  const stopping = new AbortController()
  void follow(new DirectoryWatch(options), options, stopping.signal)
  // A look that is under way is not waited for: Redis may be away.
  return { [Symbol.dispose]: () => stopping.abort() }
}

/** Never throws. */
async function follow(watch: DirectoryWatch, { everyMs, log }: WatchOptions, signal: AbortSignal): Promise<void> {
  let fails = false
  for (let waitMs = everyMs; ;) {
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    const from = performance.now()
    try {
      const shown = await watch.look(signal)
      waitMs = Math.max(everyMs, shown === 'shown' ? REST_PER_LOOK * (performance.now() - from) : NOT_SHOWN_MS)
      fails = false
    } catch (error) {
      // a cycle that finds the same tells it as the connection's trouble
      if (!fails && !signal.aborted) log.info({ err: error }, 'Directory not watched; looking again')
      fails = true
    }
  }
}

/** What one look knows of those before. */
class DirectoryWatch {
  readonly #o: WatchOptions
  /** What the last cycle has read, or what brought nothing since that it would read. */
  #settled: ChangeToken | undefined
  #cycle: number | undefined
  #asked: ChangeToken | undefined
  #said = false

  constructor(options: WatchOptions) {
    this.#o = options
  }

  async look(signal: AbortSignal): Promise<'shown' | 'not shown'> {
    const token = await this.#o.directory.changeToken(this.#o.bases, signal)
    if (token === 'none') this.#tell()
    else if (token) await this.#note(token, signal)
    return token === 'none' ? 'not shown' : 'shown'
  }

  async #note(token: ChangeToken, signal: AbortSignal): Promise<void> {
    const { directory, bases, lastCycle, isBusy, ask, log } = this.#o
    if (isSame(token, this.#settled) || isSame(token, this.#asked) || (await isBusy())) return
    const last = await lastCycle()
    if (last === undefined) return
    if (last.cycle !== this.#cycle) [this.#cycle, this.#settled] = [last.cycle, last.changeToken]
    if (isSame(token, this.#settled)) return
    if (isResting(last, Date.now())) return
    if (this.#settled && !(await directory.hasChangedSince(bases, this.#settled, signal))) {
      this.#settled = token
      return
    }
    this.#asked = token
    if (this.#settled && this.#settled.server !== token.server)
      log.info({ before: this.#settled.server, now: token.server }, ANOTHER_SERVER)
    else log.debug({ changeToken: token }, 'Directory has changed')
    await ask()
  }

  /** Once. */
  #tell(): void {
    if (!this.#said) this.#o.log.info({ lookedFor: this.#o.tokens }, NOT_SHOWN)
    this.#said = true
  }
}

/** Not of a cycle that is yet to end, by the clock of the producer that ran it. */
function isResting({ startedAt, endedAt }: Pick<CycleSummary, 'startedAt' | 'endedAt'>, now: number): boolean {
  return now >= endedAt && now < endedAt + REST_PER_CYCLE * (endedAt - startedAt)
}

function isSame(a: ChangeToken, b: ChangeToken | undefined): boolean {
  return a.by === b?.by && a.server === b.server && a.value === b.value
}
