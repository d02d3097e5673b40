import { hash } from 'node:crypto'
import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import { outermost } from '../dn.ts'
import type { Lookup } from '../directory.ts'
import { IncompleteScanError } from './errors.ts'
import { type Reading, readEntry, scanEntries } from './reading.ts'

/** RFC 4512, 3.4.4: of every entry, where the server keeps it; to the second. */
const MODIFIED = 'modifyTimestamp'

/** How far back entries are looked at, ms: clocks differ, and what was changed elsewhere comes late. */
const OVERLAP_MS = 10 * 60_000
/** The window's beginning moves on in steps of so much, ms: each is a cycle in which nothing may have changed. */
const STEP_MS = 5 * 60_000

/** After so long, ms, the second in which the newest was changed is over, and no other change bears its time. */
const GRAIN_MS = 1_500

/**
 * Follows a directory that shows no change token by the entries that were changed lately. Who was deleted, or lies
 * elsewhere now, is not among them.
 */
export class ModifiedEntries {
  readonly #reading: Reading
  #newest = { print: '', at: -Infinity }

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /**
   * `none` where the server does not show when entries were changed, or refuses to look for it. While another change
   * may come that nothing tells from the last one, the token is not the one that it is later: one more cycle is due.
   *
   * @throws as {@link scanEntries}, but for `IncompleteScanError`
   */
  async token(bases: readonly string[], signal: AbortSignal): Promise<ChangeToken | 'none'> {
    try {
      const read = await this.#read(outermost(bases), signal)
      if (read === undefined) return 'none'
      const print = hash('sha256', read.join('\n'), 'base64url')
      if (print !== this.#newest.print) this.#newest = { print, at: performance.now() }
      const isOver = performance.now() - this.#newest.at >= GRAIN_MS
      return { by: MODIFIED, server: '', value: isOver ? print : `${print}~` }
    } catch (error) {
      if (error instanceof IncompleteScanError) return 'none'
      throw error
    }
  }

  /** What was changed when; undefined where the bases themselves do not show it: nobody's silence is taken for rest. */
  async #read(bases: readonly string[], signal: AbortSignal): Promise<string[] | undefined> {
    const since = Math.floor((Date.now() - OVERLAP_MS) / STEP_MS) * STEP_MS
    const lines: string[] = []
    for (const base of bases) {
      if (!shows(await readEntry(this.#reading, base, [MODIFIED], signal))) return undefined
      const filter = `(${MODIFIED}>=${generalizedTime(since)})`
      const search = { base, scope: 'sub', filter, attributes: [MODIFIED] } as const
      for await (const { entries, unidentified } of scanEntries(this.#reading, search, signal))
        for (const { dn, attributes } of [...entries, ...unidentified])
          lines.push(`${String(attributes.get(MODIFIED.toLowerCase()))} ${dn}`)
    }
    return lines.sort()
  }
}

function shows(lookup: Lookup): boolean {
  return 'entry' in lookup && lookup.entry.attributes.has(MODIFIED.toLowerCase())
}

/** RFC 4517, 3.3.13. */
function generalizedTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
}
