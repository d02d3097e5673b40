import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { firstKnownOf, holdingsOf, valuesOf, withValues } from '../plan/choose-values.ts'
import { claims, rankOf, verdictsOf, type Rank } from '../plan/twins.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { sharedByEntries } from './picture-problems.ts'

/** What no two users of Zendesk can share. */
export type Unique = 'email' | 'external_id'

/**
 * What is remembered of each entry of a scan, of which there may be a million: a list only where there are several
 * values.
 */
type Noted = Pick<WantedUser, 'id' | 'dn' | 'disabled'> & { readonly [name in Unique]?: string | readonly string[] }

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
  readonly #byValue = new Map<Unique, Map<string, Noted[] | Noted>>()
  readonly #suspects = new Map<string, Noted>()

  /** @param unique `email`, and `external_id` unless external ids are directory ids */
  constructor(unique: readonly Unique[]) {
    for (const name of unique) this.#byValue.set(name, new Map())
  }

  note(user: WantedUser): void {
    const noted: { -readonly [key in keyof Noted]: Noted[key] } = { id: user.id, dn: user.dn, disabled: user.disabled }
    for (const [name, known] of this.#byValue) {
      const values = valuesOf(user, name).map(String)
      if (values.length > 0) noted[name] = values.length === 1 ? values[0]! : values
      for (const key of new Set(values.map(keyOf))) {
        const before = known.get(key)
        if (before === undefined) known.set(key, noted)
        else if (Array.isArray(before)) before.push(noted)
        else {
          known.set(key, [before, noted])
          this.#suspects.set(before.id, before)
        }
        if (before !== undefined) this.#suspects.set(noted.id, noted)
      }
    }
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
      const isFree = this.#freeOf(name, suspects)
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

  /** Whether nobody else claims a value. */
  #freeOf(name: Unique, suspects: readonly Suspect[]): (one: Noted, value: string) => boolean {
    const claiming = new Set(suspects.filter(({ rank }) => claims(rank)).map(({ id }) => id))
    const known = this.#byValue.get(name)!
    return (one, value) => {
      const all = known.get(keyOf(value)) ?? []
      return !Array.isArray(all) || all.every(({ id }) => id === one.id || !claiming.has(id))
    }
  }
}

/** The value that is an entry's own among all that it has. */
function ownOf(one: Suspect, name: Unique, isFree: (one: Noted, value: string) => boolean): string | undefined {
  const values = valuesIn(one, name)
  if (values.length < 2) return values[0]
  const known = firstKnownOf(name, values, holdingsOf(one.record))
  return known === undefined ? (values.find((value) => isFree(one, value)) ?? values[0]) : String(known)
}

function valuesIn(one: Noted, name: Unique): readonly string[] {
  return [one[name] ?? []].flat()
}

function keyOf(value: string): string {
  return value.toLowerCase()
}
