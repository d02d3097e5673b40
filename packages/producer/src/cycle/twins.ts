import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { withRoom } from '../compact/grow.ts'
import { TextSet } from '../compact/text-set.ts'
import { firstKnownOf, holdingsOf, valuesOf, withValues } from '../plan/choose-values.ts'
import { claims, rankOf, verdictsOf, type Rank } from '../plan/twins.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { sharedByEntries } from './picture-problems.ts'
import type { ScannedEntries } from './scanned-entries.ts'

/** What no two users of Zendesk can share. */
export type Unique = 'email' | 'external_id'

/** An entry that shares one of its values, as it was noted. */
interface Noted {
  readonly id: string
  readonly dn: string
  readonly disabled: WantedUser['disabled']
  /** All that it has of an attribute; of one that nobody shares, where it has one, that may be left out. */
  readonly values: { readonly [name in Unique]?: readonly string[] }
}

/** Noted, with what the ledger knows. */
type Suspect = Noted & { readonly record: UserRecord | undefined; readonly rank: Rank }

/** What a scan tells of entries that share an address or an external id. */
export interface Twins {
  /** Entries that are not newly applied, with what is reported of each. */
  readonly blocked: ReadonlyMap<string, Problem>
  /** Entries that are not looked for in Zendesk: what they would be found by is another's. */
  readonly yielding: ReadonlySet<string>
  /** Candidates with several addresses, less those that others have. */
  readonly settled: ReadonlyMap<string, WantedUser>
}

/**
 * Finds the entries that share an address, or a mapped external id, and settles who has it.
 *
 * Of several addresses an entry has the one that Zendesk holds, else the first that nobody else claims, else the first.
 * Only these count between twins (`verdictsOf`); a further address that somebody else claims is none of the entry's. Of
 * an external id only entries that are not linked are blocked: Zendesk has it from whoever is.
 */
export class TwinFinder {
  readonly #entries: ScannedEntries
  readonly #byValue = new Map<Unique, Values>()
  /** What is noted of entries that share a value, by which of the entries it is. */
  readonly #suspects = new Map<number, { -readonly [key in keyof Noted]: Noted[key] }>()
  /** The values of entries that have several of an attribute. */
  readonly #several = new Map<number, Noted['values']>()
  #statuses = new Uint8Array(1_024)

  /**
   * @param entries those of the scan
   * @param unique `email`, and `external_id` unless external ids are directory ids
   */
  constructor(entries: ScannedEntries, unique: readonly Unique[]) {
    this.#entries = entries
    for (const name of unique) this.#byValue.set(name, new Values())
  }

  /** @param entry which of the scan's entries the user is */
  note(user: WantedUser, entry: number): void {
    this.#statuses = withRoom(this.#statuses, entry + 1)
    this.#statuses[entry] = STATUSES.indexOf(user.disabled)
    for (const [name, known] of this.#byValue) {
      if (user.alternatives?.[name] !== undefined) {
        const values = valuesOf(user, name).map(String)
        this.#several.set(entry, { ...this.#several.get(entry), [name]: values })
        for (const value of values) this.#noteValue(entry, name, known, value)
      } else {
        const value = valueOf(user.attributes, name)
        if (value !== undefined) this.#noteValue(entry, name, known, String(value))
      }
    }
  }

  #noteValue(entry: number, name: Unique, known: Values, value: string): void {
    const first = known.note(value, entry)
    if (first === undefined || first.entry === entry) return
    this.#suspect(first.entry, name, first.value)
    this.#suspect(entry, name, value)
  }

  #suspect(entry: number, name: Unique, value: string): void {
    const suspect = this.#suspects.get(entry) ?? {
      ...this.#entries.at(entry),
      disabled: STATUSES[this.#statuses[entry]!]!,
      values: {},
    }
    suspect.values = { [name]: [value], ...suspect.values, ...this.#several.get(entry) }
    this.#suspects.set(entry, suspect)
  }

  /** Reads the ledger of the entries that share anything, and of no others. */
  async settle(
    candidates: ReadonlyMap<string, WantedUser>,
    reader: LedgerReader,
    policy: Parameters<typeof rankOf>[2],
    { statusUnread }: { statusUnread: boolean },
  ): Promise<Twins> {
    const blocked = new Map<string, Problem>()
    const yielding = new Set<string>()
    const settled = new Map<string, WantedUser>()
    const noted = [...this.#suspects.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    const records = await reader.records<UserRecord>(
      'user',
      noted.map(({ id }) => id),
    )
    const suspects = noted.map((one, i): Suspect => {
      const record = records[i]
      return {
        ...one,
        record,
        rank: rankOf(statusUnread ? 'unknown' : one.disabled, record?.zendeskId != null, policy),
      }
    })

    for (const name of this.#byValue.keys()) {
      const isFree = freeOf(name, suspects)
      const own = new Map(suspects.map((one) => [one, ownOf(one, name, isFree)]))
      for (const [one, value] of own) {
        const user = settled.get(one.id) ?? candidates.get(one.id)
        const values = valuesIn(one, name)
        if (user && values.length > 1)
          settled.set(one.id, withValues(user, name, [value!, ...values.filter((other) => isFree(one, other))]))
      }
      const sharing = Map.groupBy(
        suspects.filter((one) => own.get(one) !== undefined),
        (one) => keyOf(own.get(one)!),
      )
      for (const same of sharing.values()) {
        if (same.length < 2) continue
        const verdicts = verdictsOf(same.map(({ rank }) => rank))
        for (const [i, one] of same.entries()) {
          if (verdicts[i] === 'yields') yielding.add(one.id)
          if (verdicts[i] !== 'blocked' || (name === 'external_id' && one.record?.zendeskId != null)) continue
          const others = same.filter((other, at) => other !== one && verdicts[at] !== 'yields')
          blocked.set(one.id, sharedByEntries(one, name, own.get(one)!, others, verdicts.includes('takes')))
        }
      }
    }
    return { blocked, yielding, settled }
  }
}

/** Who has which values of an attribute, by their keys: of most only the first one is ever asked for. */
class Values {
  readonly #values = new TextSet(keyOf)
  #entries = new Int32Array(1_024)

  /** Notes that an entry has a value. Returns who had it before, if anybody, in their spelling. */
  note(value: string, entry: number): { readonly entry: number; readonly value: string } | undefined {
    const before = this.#values.size
    const index = this.#values.add(value)
    if (index < before) return { entry: this.#entries[index]!, value: this.#values.at(index) }
    this.#entries = withRoom(this.#entries, index + 1)
    this.#entries[index] = entry
    return undefined
  }
}

const STATUSES: readonly WantedUser['disabled'][] = [false, true, 'unknown']

/** Whether nobody else claims a value. */
function freeOf(name: Unique, suspects: readonly Suspect[]): (one: Noted, value: string) => boolean {
  const claiming = suspects
    .filter(({ rank }) => claims(rank))
    .flatMap((one) => [...new Set(valuesIn(one, name).map(keyOf))].map((key) => ({ key, id: one.id })))
  const claimed = Map.groupBy(claiming, ({ key }) => key)
  return (one, value) => (claimed.get(keyOf(value)) ?? []).every(({ id }) => id === one.id)
}

/** The value that is an entry's own among all that it has. */
function ownOf(one: Suspect, name: Unique, isFree: (one: Noted, value: string) => boolean): string | undefined {
  const values = valuesIn(one, name)
  if (values.length < 2) return values[0]
  const known = firstKnownOf(name, values, holdingsOf(one.record))
  return known === undefined ? (values.find((value) => isFree(one, value)) ?? values[0]) : String(known)
}

function valuesIn(one: Noted, name: Unique): readonly string[] {
  return one.values[name] ?? []
}

function keyOf(value: string): string {
  return value.toLowerCase()
}
