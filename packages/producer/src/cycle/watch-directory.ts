import { setTimeout as sleep } from 'node:timers/promises'
import type { Directory } from '../directory/directory.ts'
import { DirectoryBindError } from '../directory/ldap/errors.ts'
import { DirectoryWatch, type Judgement } from './directory-watch.ts'

/** Looks take a twentieth of the time at most: those that search the entries for what was changed take long. */
const REST_PER_LOOK = 20

/** How often a directory is looked at that shows no token, or refuses the bind, ms. Cycles come by the schedule. */
const SELDOM_MS = 60_000

/** The longest that a timer takes as it is, ms; setTimeout of Node.js. */
const LONGEST_MS = 2 ** 31 - 1

const NOT_SHOWN =
  'The directory shows no change token: it is read by schedule.every alone. docs/directories.md says how a server shows one'

const AWAY = 'Directory not watched; looking again, after twice as long each time and a minute at most'
const BACK = 'Directory watched again'
const REFUSED = 'Directory not watched: it refuses the bind. Watched again when a cycle was let in'

export interface WatchOptions extends Judgement {
  readonly directory: Pick<Directory, 'changeToken' | 'hasChangedSince'>
  /** Whether the last cycles have failed. */
  readonly isFailing: () => Promise<boolean>
  /** The attributes that could be its change token. */
  readonly tokens: readonly string[]
  /** Time between two looks, ms. */
  readonly everyMs: number
  /** The same while the directory shows no token, the longest while it can't be looked at, ms. Default: a minute. */
  readonly seldomMs?: number
}

/**
 * Follows a directory by its change token: when it is another one than before the last cycle read its first entry, a
 * cycle is asked for. A quiet look reads the token and nothing else, Redis included.
 */
export function watchDirectory(options: WatchOptions): Disposable {
  const stopping = new AbortController()
  void follow(options, stopping.signal)
  // A look that is under way is not waited for: Redis may be away.
  return { [Symbol.dispose]: () => stopping.abort() }
}

/** Never throws. */
async function follow(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { directory, bases, everyMs, seldomMs = SELDOM_MS, lastCycle, log } = options
  const watch = new DirectoryWatch(options)
  let isSaid = false
  let failures = 0
  let refused: { readonly since: number | undefined } | undefined
  for (let waitMs = everyMs; ;) {
    await sleep(Math.min(waitMs, LONGEST_MS), undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    waitMs = Math.max(everyMs, seldomMs)
    try {
      // Another try might lock the account: a cycle has to be let in first.
      if (refused && (await lastCycle())?.cycle === refused.since) continue
      refused = undefined
      const from = performance.now()
      const token = await directory.changeToken(bases, signal)
      const tookMs = performance.now() - from
      const isBack = failures > 0 && token !== undefined
      if (isBack) log.info({ failures }, BACK)
      // what failed meanwhile has no other reason to wait for its time
      const isDue = isBack && (await options.isFailing()) && !(await options.isBusy())
      if (token !== undefined) failures = 0
      if (isDue) await options.askForCycle()
      if (token === 'none') {
        if (!isSaid) log.info({ lookedFor: options.tokens }, NOT_SHOWN)
        isSaid = true
        continue
      }
      if (token && !isDue) await watch.note(token, signal)
      waitMs = Math.max(everyMs, Math.min(REST_PER_LOOK * tookMs, seldomMs))
    } catch (error) {
      if (error instanceof DirectoryBindError) refused = { since: (await lastCycle().catch(() => undefined))?.cycle }
      // a cycle that finds the same tells it as the connection's trouble
      if (failures === 0 && !signal.aborted) log.info({ err: error }, refused ? REFUSED : AWAY)
      failures++
      if (!refused) waitMs = Math.min(everyMs * 2 ** failures, waitMs)
    }
  }
}
