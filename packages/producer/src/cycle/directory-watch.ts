import type { ChangeToken, CycleSummary, Followed } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { covers } from '../directory/change-token.ts'
import type { Directory } from '../directory/directory.ts'
import { restAfter } from './rest.ts'

/** A cycle is asked for no more often than this while none ends well, ms: the schedule repeats those that fail. */
const ASK_AGAIN_MS = 60_000

const ANOTHER_SERVER =
  'Another server answers, or one that was restored, and it counts its changes for itself: the directory is read whole'

/** A cycle that ended well, as far as it says what was read when. */
type EndedCycle = Pick<CycleSummary, 'cycle' | 'startedAt' | 'endedAt' | 'changeToken'>

export type Asked = 'cycle' | 'changed entries'

/** What decides whether a cycle is asked for. */
export interface Judgement {
  readonly directory: Pick<Directory, 'hasChangedSince'>
  readonly bases: readonly string[]
  /** The last cycle that ended well, whoever ran it. */
  readonly lastCycle: () => Promise<EndedCycle | undefined>
  /** How far changed entries were read ahead of a cycle, whoever did it. */
  readonly followed: () => Promise<Followed | undefined>
  /** Whether a cycle runs or waits, or this producer is to begin none. */
  readonly isBusy: () => Promise<boolean>
  /** Has a cycle run at once, or what has changed read ahead of one. */
  readonly ask: (what: Asked) => Promise<void>
  readonly log: Pick<Logger, 'info' | 'debug'>
}

/** What a directory's change tokens bring about. Its memory is of one process; what cycles have read is in Redis. */
export class DirectoryWatch {
  readonly #o: Judgement
  /** What was read, or has brought nothing to read: the newest of each server's count. */
  readonly #settled = new Map<string, ChangeToken>()
  #cycle: number | undefined
  #server: string | undefined
  /** When the last cycle was first seen, by `performance.now()`, and how long it had rested by then, ms. */
  #seen = { at: 0, restedMs: 0 }
  /** For what it was asked for, and after which cycle. */
  readonly #asked = new Map<Asked, { readonly cycle: number; readonly at: number; readonly token: ChangeToken }>()

  constructor(options: Judgement) {
    this.#o = options
  }

  /**
   * Asks for a cycle when the directory has changed in what a cycle would read, as far as that can be told. Where what
   * has changed can be asked for, that is read first, and a cycle comes when it has rested.
   */
  async note(token: ChangeToken, signal: AbortSignal): Promise<void> {
    const { directory, bases, lastCycle, isBusy, ask, log } = this.#o
    if (covers(this.#settled.get(token.server), token) || (await isBusy())) return
    const last = await lastCycle()
    if (last === undefined) return
    if (last.cycle !== this.#cycle) this.#see(last)
    const before = this.#settled.get(token.server)
    if (covers(before, token)) return
    const read = await this.#followed(last)
    if (this.#isToWait('cycle', last, read) && this.#isToWait('changed entries', last, read)) return
    const since = read?.changeToken ?? before
    const isNews = !covers(since, token) && (!since || (await directory.hasChangedSince(bases, since, signal)))
    if (!isNews && read === undefined) return void this.#settled.set(token.server, token)
    const canFollow = last.changeToken?.by === token.by && last.changeToken.server === token.server
    const what = isNews && canFollow ? 'changed entries' : 'cycle'
    if (this.#isToWait(what, last, read)) return
    await ask(what)
    this.#asked.set(what, { cycle: last.cycle, at: performance.now(), token })
    if (this.#server !== token.server && last.changeToken && last.changeToken.server !== token.server)
      log.info({ before: last.changeToken.server, now: token.server }, ANOTHER_SERVER)
    else log.debug({ changeToken: token }, 'Directory has changed')
    this.#server = token.server
  }

  async #followed({ cycle }: EndedCycle): Promise<Followed | undefined> {
    const followed = await this.#o.followed()
    return followed?.cycle === cycle ? followed : undefined
  }

  #see({ cycle, endedAt, changeToken }: EndedCycle): void {
    this.#cycle = cycle
    // By the clock of whoever ran it: one that is ahead makes the rest no longer than it is.
    this.#seen = { at: performance.now(), restedMs: Math.max(0, Date.now() - endedAt) }
    // None ran when it was asked for: what has ended since began after it, whichever server was read.
    for (const { token } of this.#asked.values()) this.#settled.set(token.server, token)
    this.#asked.clear()
    if (changeToken) this.#settled.set(changeToken.server, changeToken)
  }

  #isToWait(what: Asked, last: EndedCycle, read: Followed | undefined): boolean {
    const now = performance.now()
    const asked = this.#asked.get(what)
    const isHeard = asked === undefined || (what === 'changed entries' && covers(read?.changeToken, asked.token))
    if (!isHeard && now - asked.at < ASK_AGAIN_MS) return true
    const restMs = restAfter(last, { isFollowed: read?.isAll === true })
    return what === 'cycle' && now < this.#seen.at + restMs - this.#seen.restedMs
  }
}
