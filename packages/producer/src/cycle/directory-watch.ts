import type { ChangeToken, CycleSummary, Followed } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { covers } from '../directory/change-token.ts'
import type { Directory } from '../directory/directory.ts'
import { restAfter } from './rest.ts'

/** While no cycle ends well, the watch asks for one once in so long, ms: the schedule repeats those that fail. */
const ASK_AGAIN_MS = 60_000

/** Changed entries are read for a third of the time at most. */
const REST_PER_READING = 3

const ANOTHER_SERVER =
  'Another server answers, or one that was restored, and it counts its changes for itself: the directory is read whole'

/** A cycle that ended well, as far as it says what was read when. */
type EndedCycle = Pick<CycleSummary, 'cycle' | 'startedAt' | 'endedAt' | 'changeToken'>

/** Whether a cycle comes after changed entries were read: in any case, unless nothing is left to it, or not yet. */
export type Next = 'a cycle' | 'a cycle unless all' | 'nothing'

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
  /** Has a cycle run at once. */
  readonly askForCycle: () => Promise<void>
  /** Has what has changed read at once, and then, where that is told, a cycle run. */
  readonly askForChanged: (next: Next) => Promise<void>
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
  /** When a cycle was asked for, for what, after which reading, and whether only if that left something to it. */
  #cycleAsked: (Ask & { readonly unlessAll: boolean }) | undefined
  #changedAsked: Ask | undefined

  constructor(options: Judgement) {
    this.#o = options
  }

  /**
   * Asks for a cycle when the directory has changed in what a cycle would read, as far as that can be told. Where what
   * has changed can be asked for, that is read first, and a cycle comes when it has rested.
   */
  async note(token: ChangeToken, signal: AbortSignal): Promise<void> {
    const { directory, bases, lastCycle, isBusy, log } = this.#o
    if (covers(this.#settled.get(token.server), token) || (await isBusy())) return
    const last = await lastCycle()
    if (last === undefined) return
    if (last.cycle !== this.#cycle) this.#see(last)
    const before = this.#settled.get(token.server)
    if (covers(before, token)) return
    const read = await this.#followed(last)
    const since = read?.changeToken ?? before
    const isNews = !covers(since, token) && (!since || (await directory.hasChangedSince(bases, since, signal)))
    if (!isNews && read === undefined) return void this.#settled.set(token.server, token)
    const canFollow = last.changeToken?.by === token.by && last.changeToken.server === token.server
    const now = performance.now()
    const ask: Ask = { at: now, run: read?.run, token }
    if (isNews && canFollow && !this.#isChangedToWait(read, now)) {
      const next = this.#nextOf(last, read, now)
      await this.#o.askForChanged(next)
      this.#changedAsked = ask
      if (next !== 'nothing') this.#cycleAsked = { ...ask, unlessAll: next === 'a cycle unless all' }
    } else if (this.#isCycleDue(last, read, { isFollowed: !isNews && read?.isAll === true }, now)) {
      await this.#o.askForCycle()
      this.#cycleAsked = { ...ask, unlessAll: false }
    } else return
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
    for (const asked of [this.#cycleAsked, this.#changedAsked])
      if (asked) this.#settled.set(asked.token.server, asked.token)
    this.#cycleAsked = undefined
    this.#changedAsked = undefined
    if (changeToken) this.#settled.set(changeToken.server, changeToken)
  }

  /** While changes come all the time, a cycle comes all the same. */
  #nextOf(last: EndedCycle, read: Followed | undefined, now: number): Next {
    if (this.#isCycleDue(last, read, { isFollowed: true }, now)) return 'a cycle'
    return this.#isCycleDue(last, read, { isFollowed: false }, now) ? 'a cycle unless all' : 'nothing'
  }

  #isCycleDue(last: EndedCycle, read: Followed | undefined, how: { isFollowed: boolean }, now: number): boolean {
    const asked = this.#cycleAsked
    const isOff = asked?.unlessAll === true && read?.isAll === true && read.run !== asked.run
    if (asked && !isOff && now - asked.at < ASK_AGAIN_MS) return false
    return now >= this.#seen.at + restAfter(last, how) - this.#seen.restedMs
  }

  /** While what was asked for is not read yet, for a minute, and for a while after what was read. */
  #isChangedToWait(read: Followed | undefined, now: number): boolean {
    const asked = this.#changedAsked
    if (asked === undefined) return false
    const isRead = read !== undefined && read.run !== asked.run
    return now - asked.at < (isRead ? REST_PER_READING * read.tookMs : ASK_AGAIN_MS)
  }
}

/** What was asked for when, after which reading, and for what. */
interface Ask {
  /** By `performance.now()`. */
  readonly at: number
  readonly run: number | undefined
  readonly token: ChangeToken
}
