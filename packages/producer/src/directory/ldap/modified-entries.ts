import { hash } from 'node:crypto'
import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import { coarseToken } from '../change-token.ts'
import { generalizedTime } from '../changed-filter.ts'
import { outermost } from '../dn.ts'
import { IncompleteScanError, type IncompleteReason } from './errors.ts'
import { type Reading, scanEntries } from './reading.ts'

/** RFC 4512, 3.4.4: of every entry, where the server keeps it; to the second. */
const MODIFIED = 'modifyTimestamp'

/** How far back entries are looked at, ms: clocks differ, and what was changed elsewhere comes late. */
const OVERLAP_MS = 10 * 60_000
/** The window's beginning moves on in steps of so much, ms: each is a cycle in which nothing may have changed. */
const STEP_MS = 5 * 60_000

/** After so long, ms, the second in which the newest was changed is over, and no other change bears its time. */
const GRAIN_MS = 1_500

/** What the search may take, ms: leavers wait for it in each cycle. */
const SEARCH_MS = 5_000

/** With these a server says that it will never look for it. */
const REFUSALS: ReadonlySet<IncompleteReason> = new Set(['no rights', 'size limit', 'refused'])

/**
 * Follows a directory that shows no change token by the entries that were changed lately. Entries that were deleted, or
 * moved away, are not among them.
 */
export class ModifiedEntries {
  readonly #reading: Reading
  #newest = { print: '', at: -Infinity }

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /**
   * `none` where the server does not show when entries were changed, or refuses to look for it; undefined where it does
   * not answer in time. While another change may come that nothing tells from the last one, the token is not the one
   * that it is later: one more cycle is due.
   *
   * @throws as {@link scanEntries}, but for `IncompleteScanError`
   */
  async token(bases: readonly string[], signal: AbortSignal): Promise<ChangeToken | 'none' | undefined> {
    const deadline = AbortSignal.timeout(SEARCH_MS)
    try {
      const read = await this.#read(outermost(bases), AbortSignal.any([signal, deadline]))
      if (read === undefined) return 'none'
      const print = hash('sha256', read.join('\n'), 'base64url')
      if (print !== this.#newest.print) this.#newest = { print, at: performance.now() }
      return coarseToken(MODIFIED, print, performance.now() - this.#newest.at >= GRAIN_MS)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof IncompleteScanError) return REFUSALS.has(error.reason) ? 'none' : undefined
      if (deadline.aborted) return undefined
      throw error
    }
  }

  /** What was changed when; undefined where nobody may search for it: silence is not taken for rest. */
  async #read(bases: readonly string[], signal: AbortSignal): Promise<string[] | undefined> {
    const since = Math.floor((Date.now() - OVERLAP_MS) / STEP_MS) * STEP_MS
    const lines: string[] = []
    let isAnyThere = false
    const search = async (base: string, scope: 'base' | 'sub', filter: string, found: string[] = []) => {
      const asked = { base, scope, filter, attributes: [MODIFIED] }
      for await (const { entries, unidentified } of scanEntries(this.#reading, asked, signal))
        for (const { dn, attributes } of [...entries, ...unidentified]) {
          const [when] = attributes.get(MODIFIED.toLowerCase()) ?? []
          if (when !== undefined) found.push(`${String(when)} ${dn}`)
        }
      return found
    }
    for (const base of bases) {
      const isThere = await search(base, 'base', `(${MODIFIED}=*)`).catch(absent)
      if (isThere === 'absent') continue
      if (isThere.length === 0) return undefined
      isAnyThere = true
      await search(base, 'sub', `(${MODIFIED}>=${generalizedTime(since)})`, lines)
    }
    return isAnyThere ? lines.sort() : undefined
  }
}

/** A group that is named and does not exist; the cycle says so. */
function absent(error: unknown): 'absent' {
  if (error instanceof IncompleteScanError && error.reason === 'base missing') return 'absent'
  throw error
}
