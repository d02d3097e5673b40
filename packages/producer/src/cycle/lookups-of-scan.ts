import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { withRoom } from '../compact/grow.ts'
import { TextSet } from '../compact/text-set.ts'
import type { Directory } from '../directory/directory.ts'
import type { Lookups } from '../mapping/resolve-names.ts'
import { answeredResolution, resolutionOf, settleLookups, withResolution, type Named } from '../plan/lookup-fields.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { namesNobody, namesWaiting } from './names-nobody.ts'
import type { ScannedEntries } from './scanned-entries.ts'
import { whoIsNamed } from './who-is-named.ts'

/** What is known of lookup fields once the scan has ended. */
export interface SettledLookups {
  /**
   * Ids of entries that read as they were answered, and name others by now, or again: their users are linked, and
   * wait for another scan.
   */
  readonly moved: ReadonlySet<string>
  /** Ids of candidates whose lookup fields were left alone, since only a part of the directory was read. */
  readonly unsettled: ReadonlySet<string>
  /** Of each field, how many entries name somebody whose user has to be linked first. */
  readonly waiting: Readonly<Record<string, number>>
  readonly problems: readonly Problem[]
}

export interface LookupSources {
  readonly connection: ConnectionConfig
  readonly reader: LedgerReader
  readonly directory: Pick<Directory, 'read'>
}

/**
 * Keeps what a scan's entries have for lookup fields until it has ended: only then is known who is there by which DN.
 * An entry that the ledger answers costs 12 bytes, and what its like have in common.
 */
export class LookupsOfScan {
  readonly #present: ScannedEntries
  /** What entries have for their lookup fields, as JSON: people of one department have one manager. */
  readonly #lookups = new TextSet()
  readonly #resolutions = new TextSet()
  /** Of each entry that is answered: which of the scan's it is, its lookups, and whom they named. */
  #answered = new Uint32Array(3 * 1_024)
  #length = 0

  constructor(present: ScannedEntries) {
    this.#present = present
  }

  /**
   * Whether an entry with lookup fields is answered, whomever it names; if so it is set aside.
   * @param seen what answers it
   */
  setAside({ id, lookups }: WantedUser, print: string, seen: string | null | undefined): boolean {
    const resolution = answeredResolution(seen, print)
    if (resolution === undefined) return false
    const at = 3 * this.#length++
    this.#answered = withRoom(this.#answered, at + 3)
    this.#answered[at] = this.#present.indexOf(id)
    this.#answered[at + 1] = this.#lookups.add(JSON.stringify(lookups))
    this.#answered[at + 2] = this.#resolutions.add(resolution)
    return true
  }

  /**
   * Puts Zendesk's ids in the place of those whom candidates name, and finds out whom others name by now. Of a part of
   * the directory nobody can tell: the fields are left alone.
   *
   * @throws whatever the directory throws when it is asked for entries outside the scope
   */
  async settle(
    { candidates, fingerprints }: { candidates: Map<string, WantedUser>; fingerprints: Map<string, string> },
    { connection, reader, directory, isPart }: LookupSources & { readonly isPart: boolean },
    signal: AbortSignal,
  ): Promise<SettledLookups> {
    const naming = [...candidates.values()].filter(({ lookups }) => lookups !== undefined)
    const fields = connection.users.map.user_fields ?? {}
    const options = { clears: (name: string) => fields[name.slice(FIELD.length)]?.whenEmpty === 'clear' }
    if (isPart) {
      for (const user of naming)
        candidates.set(
          user.id,
          settleLookups(user, () => 'waits', { ...options, before: '' }),
        )
      return { ...NOTHING, unsettled: new Set(naming.map(({ id }) => id)) }
    }
    if (naming.length + this.#length === 0) return NOTHING

    const different = Array.from({ length: this.#lookups.size }, (_, i) => JSON.parse(this.#lookups.at(i)) as Lookups)
    const all = [...different, ...naming.map(({ lookups }) => lookups!)]
    const values = new Set(all.flatMap((lookups) => Object.values(lookups).flat()))
    const named = await whoIsNamed(values, { present: this.#present, reader, directory }, signal)
    const nameOf = (value: string): Named => named.get(value)!

    const answers = await reader.seen(naming.map(({ id }) => id))
    for (const [i, user] of naming.entries()) {
      const print = fingerprints.get(user.id)!
      const before = answeredResolution(answers[i], print)
      fingerprints.set(user.id, withResolution(print, resolutionOf(user.lookups!, nameOf)))
      candidates.set(user.id, settleLookups(user, nameOf, { ...options, before }))
    }
    const counts = new Map(naming.map(({ lookups }) => [lookups!, 1]))
    const moved = this.#moved(different, nameOf, (lookups) => counts.set(lookups, (counts.get(lookups) ?? 0) + 1))
    return {
      moved: await linkedOf(moved, reader),
      unsettled: NOBODY,
      waiting: namesWaiting(counts, nameOf),
      problems: namesNobody(connection, counts, nameOf),
    }
  }

  /** Ids of those who name others than when they were answered. @param count is told what each of all has */
  #moved(different: readonly Lookups[], nameOf: (value: string) => Named, count: (one: Lookups) => void): string[] {
    const now = different.map((lookups) => this.#resolutions.indexOf(resolutionOf(lookups, nameOf)))
    const moved: string[] = []
    for (let at = 0; at < 3 * this.#length; at += 3) {
      const [entry, lookups, resolution] = this.#answered.subarray(at, at + 3)
      count(different[lookups!]!)
      if (now[lookups!] !== resolution) moved.push(this.#present.at(entry!).id)
    }
    return moved
  }
}

const FIELD = 'user_fields.'
const NOBODY: ReadonlySet<string> = new Set()
const NOTHING: SettledLookups = { moved: NOBODY, unsettled: NOBODY, waiting: {}, problems: [] }

/** Of who is still to be created nothing is planned anew with each colleague who is: their turn comes when they are. */
async function linkedOf(ids: readonly string[], reader: LedgerReader): Promise<Set<string>> {
  const records = await reader.records<UserRecord>('user', ids)
  return new Set(ids.filter((_, i) => records[i]?.zendeskId != null))
}
