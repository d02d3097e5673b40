import type { ChangeToken, CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { covers } from '../directory/change-token.ts'
import type { Directory } from '../directory/directory.ts'

/** A directory that changes all the time is read for a third of the time: so long a rest after a cycle. */
const REST_PER_CYCLE = 2
/** The longest rest, ms: a cycle may have taken long for Zendesk's sake. */
const LONGEST_REST_MS = 60_000

/** A cycle is asked for no more often than this while none ends well, ms: the schedule repeats those that fail. */
const ASK_AGAIN_MS = 60_000

const ANOTHER_SERVER =
  'Another server answers, or one that was restored, and it counts its changes for itself: the directory is read whole'

/** A cycle that ended well, as far as it says what was read when. */
type EndedCycle = Pick<CycleSummary, 'cycle' | 'startedAt' | 'endedAt' | 'changeToken'>

/** What decides whether a cycle is asked for. */
export interface Judgement {
  readonly directory: Pick<Directory, 'hasChangedSince'>
  readonly bases: readonly string[]
  /** The last cycle that ended well, whoever ran it. */
  readonly lastCycle: () => Promise<EndedCycle | undefined>
  /** Whether a cycle runs or waits, or this producer is to begin none. */
  readonly isBusy: () => Promise<boolean>
  /** Has a cycle run at once. */
  readonly ask: () => Promise<void>
  readonly log: Pick<Logger, 'info' | 'debug'>
}

/** What a directory's change tokens bring about. Its memory is of one process; what cycles have read is in Redis. */
export class DirectoryWatch {
  readonly #o: Judgement
  /** What was read, or has brought nothing to read: the newest of each server's count. */
  readonly #settled = new Map<string, ChangeToken>()
  #cycle: number | undefined
  #restUntil = 0
  #server: string | undefined
  /** For what a cycle was asked for, and after which. */
  #asked: { readonly cycle: number; readonly at: number; readonly token: ChangeToken } | undefined

  constructor(options: Judgement) {
    this.#o = options
  }

  /** Asks for a cycle when the directory has changed in what a cycle would read, as far as that can be told. */
  async note(token: ChangeToken, signal: AbortSignal): Promise<void> {
    const { directory, bases, lastCycle, isBusy, ask, log } = this.#o
    if (covers(this.#settled.get(token.server), token) || (await isBusy())) return
    const last = await lastCycle()
    if (last === undefined) return
    if (last.cycle !== this.#cycle) this.#see(last)
    const before = this.#settled.get(token.server)
    if (covers(before, token) || this.#isToWait(last)) return
    if (before && !(await directory.hasChangedSince(bases, before, signal))) {
      this.#settled.set(token.server, token)
      return
    }
    await ask()
    this.#asked = { cycle: last.cycle, at: performance.now(), token }
    if (this.#server !== token.server && last.changeToken && last.changeToken.server !== token.server)
      log.info({ before: last.changeToken.server, now: token.server }, ANOTHER_SERVER)
    else log.debug({ changeToken: token }, 'Directory has changed')
    this.#server = token.server
  }

  #see({ cycle, startedAt, endedAt, changeToken }: EndedCycle): void {
    this.#cycle = cycle
    // None ran when it was asked for: what has ended since began after it, whichever server was read.
    if (this.#asked) this.#settled.set(this.#asked.token.server, this.#asked.token)
    this.#asked = undefined
    if (changeToken) this.#settled.set(changeToken.server, changeToken)
    const restMs = Math.min(REST_PER_CYCLE * (endedAt - startedAt), LONGEST_REST_MS)
    // By the clock of whoever ran it: one that is ahead makes the rest no longer than it is.
    const restedMs = Math.max(0, Date.now() - endedAt)
    this.#restUntil = performance.now() + restMs - restedMs
  }

  #isToWait({ cycle }: EndedCycle): boolean {
    const now = performance.now()
    const isUnheard = this.#asked?.cycle === cycle && now - this.#asked.at < ASK_AGAIN_MS
    return now < this.#restUntil || isUnheard
  }
}
