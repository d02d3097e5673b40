import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { LookupsOfScan } from './lookups-of-scan.ts'

/** An entry as it is wanted, with its fingerprint. */
export interface Printed {
  readonly user: WantedUser
  readonly print: string
}

/**
 * Sets the entries aside that the ledger answers already: new ones, and those that changed since they were planned, are
 * left. Redis is asked for a page while the next one is read and mapped.
 */
export class Unanswered {
  readonly #candidates = new Map<string, WantedUser>()
  readonly #fingerprints = new Map<string, string>()
  readonly #reader: Pick<LedgerReader, 'seen'> | undefined
  readonly #anew: ReadonlySet<string>
  readonly #lookups: Pick<LookupsOfScan, 'setAside'>
  #asked: Promise<void> = Promise.resolve()

  /**
   * @param reader answers for entries; without one the cycle plans every entry anew
   * @param lookups takes those whose lookup fields may name others by now
   * @param anew ids of entries that nothing answers
   */
  constructor(
    reader: Pick<LedgerReader, 'seen'> | undefined,
    lookups: Pick<LookupsOfScan, 'setAside'>,
    anew: ReadonlySet<string> = new Set(),
  ) {
    this.#reader = reader
    this.#lookups = lookups
    this.#anew = anew
  }

  /** Takes a page; waits for the one before. @throws what Redis failed with at that one */
  async note(page: readonly Printed[]): Promise<void> {
    const before = this.#asked
    this.#asked = this.#sort(page)
    // thrown when it is waited for, if the scan comes so far
    this.#asked.catch(() => undefined)
    await before
  }

  /** What is left of all pages, with its fingerprints: the last page is waited for. @throws as `note` */
  async end(): Promise<{ candidates: Map<string, WantedUser>; fingerprints: Map<string, string> }> {
    await this.#asked
    return { candidates: this.#candidates, fingerprints: this.#fingerprints }
  }

  async #sort(page: readonly Printed[]): Promise<void> {
    const seen = (await this.#reader?.seen(page.map(({ user }) => user.id))) ?? []
    for (const [i, { user, print }] of page.entries()) {
      if (!this.#anew.has(user.id) && this.#isAnswered(user, print, seen[i])) continue
      this.#candidates.set(user.id, user)
      this.#fingerprints.set(user.id, print)
    }
  }

  #isAnswered(user: WantedUser, print: string, seen: string | null | undefined): boolean {
    return user.lookups === undefined ? seen === print : this.#lookups.setAside(user, print, seen)
  }
}
