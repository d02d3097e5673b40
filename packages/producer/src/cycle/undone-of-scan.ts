import { fingerprint } from '@provisioner/shared/desired.ts'
import { formatEntityMember, parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { StoredValues } from '@provisioner/shared/ledger/read-stored.ts'
import { PRESENCE, type Kept, type Replacement, type Undone } from '@provisioner/shared/ledger/undone.ts'
import { fingerprintOf } from '../plan/choose-values.ts'
import { saidOf, statusSaid, withKept } from '../plan/with-kept.ts'
import type { Printed } from './unanswered.ts'

/** What the directory says of an entity that it does not have. */
export const ABSENT_SAID = 'absent'

/** What of a scan can't be trusted to say that something is no more. */
export interface Doubt {
  readonly statusUnread: boolean
  /** Names of mappings of which nothing was read. */
  readonly mappings: ReadonlySet<string>
}

/** What a scan has found of what was undone, for the cycle to note. */
export interface UndoneNoted {
  readonly replacements: readonly Replacement[]
  /** What ends by itself: the directory says something else by now. */
  readonly ended: readonly { readonly member: string; readonly label: string; readonly names: readonly string[] }[]
}

export const NOTHING_UNDONE: UndoneNoted = { replacements: [], ended: [] }

/** The part that a word of the directory's is compared with. */
interface Judged {
  readonly name: string
  readonly said: string
}

/**
 * What was undone, as one scan goes by it. Each thing that is kept holds as long as the directory says of it what it
 * said when a cycle first met it:
 *
 *   the directory, when first met | the directory now   | what is kept
 *   ------------------------------|---------------------|-------------------------------
 *   not met yet                   | anything            | holds; what it says is noted
 *   a                             | a                   | holds
 *   a                             | b                   | ends: the directory counts
 *   anything                      | can't be told       | holds
 */
export class UndoneOfScan {
  readonly #undone: ReadonlyMap<string, Undone>
  /** By member, what the directory says of each name that is kept. */
  readonly #judged = new Map<string, Judged[]>()
  /** Ids of users of whom, or of whose memberships, nobody can read what was undone: they stay as they are. */
  readonly unreadable: { readonly users: ReadonlySet<string>; readonly groups: ReadonlySet<string> }
  /** Whether it can't be read of anybody what was undone. */
  readonly isLost: boolean

  constructor({ values, unreadable }: StoredValues<Undone>) {
    this.#undone = values
    this.isLost = unreadable.some(({ field }) => field === undefined)
    const members = unreadable.flatMap(({ field }) => (field === undefined ? [] : [parseEntityMember(field)]))
    const sides = members.flatMap(({ kind, id }) => (kind === 'membership' ? [id.slice(id.indexOf('~') + 1)] : []))
    const ids = (kind: string) => members.flatMap((one) => (one.kind === kind ? [one.id] : []))
    this.unreadable = { users: new Set([...ids('user'), ...sides]), groups: new Set(ids('group')) }
  }

  /** The entry as it is planned. */
  ofUser<P extends Printed>(one: P): P {
    const undone = this.#of('user', one.user.id)
    if (!undone) return one
    const kept = this.standing('user', one.user.id, (name) => saidOf(one.user, name))
    if (Object.keys(kept).length === 0) return one
    const user = withKept(one.user, kept)
    return { ...one, user, print: fingerprintOf(user) }
  }

  /** Whether an entry counts as disabled that can't be planned otherwise. */
  ofRejected(id: string, disabled: boolean | 'unknown'): boolean {
    const said = disabled === 'unknown' ? undefined : statusSaid(disabled)
    const kept = this.standing('user', id, (name) => (name === PRESENCE ? said : undefined))
    return kept[PRESENCE] ? kept[PRESENCE].to !== 'active' : disabled === true
  }

  /** Users and what is kept of them, less those for whom an entry has come. */
  usersWithout(present: { has(id: string): boolean }): Map<string, Undone> {
    return this.#all(
      'user',
      (id) => !present.has(id),
      () => ABSENT_SAID,
    )
  }

  /** Groups of which something is kept. @param saidBy what the directory says of a group, by the name of the thing */
  groups(saidBy: (id: string, name: string) => string | undefined): Map<string, Undone> {
    return this.#all('group', () => true, saidBy)
  }

  /** The same of memberships. */
  memberships(saidBy: (id: string) => string | undefined): Map<string, Undone> {
    return this.#all('membership', () => true, saidBy)
  }

  /**
   * What of an entity is kept still.
   *
   * @param saidBy what the directory says by the name of the thing; undefined where that can't be told
   */
  standing(
    kind: 'user' | 'group' | 'membership',
    id: string,
    saidBy: (name: string) => string | undefined,
  ): Record<string, Kept> {
    const member = formatEntityMember({ kind, id })
    const judged: Judged[] = []
    const standing = Object.entries(this.#undone.get(member)?.kept ?? {}).filter(([name, kept]) => {
      const said = saidBy(name)
      if (said !== undefined) judged.push({ name, said })
      return said === undefined || kept.said === undefined || kept.said === said
    })
    if (judged.length > 0) this.#judged.set(member, judged)
    return Object.fromEntries(standing)
  }

  /** What the cycle notes of it. What may only not have been read ends nothing, and is not noted as what is said. */
  noted({ statusUnread, mappings }: Doubt): UndoneNoted {
    const replacements: Replacement[] = []
    const ended: UndoneNoted['ended'][number][] = []
    for (const [member, judged] of this.#judged) {
      const before = this.#undone.get(member)!
      const isUser = member.startsWith('user|')
      const trusted = judged.filter(
        ({ name, said }) =>
          !isUser ||
          (name === PRESENCE ? said === ABSENT_SAID || !statusUnread : said !== EMPTY_SAID || !mappings.has(name)),
      )
      const [kept, names] = afterAll(before.kept, trusted)
      if (names.length > 0) ended.push({ member, label: before.label, names })
      if (kept === before.kept) continue
      const after = Object.keys(kept).length > 0 ? { ...before, kept } : undefined
      replacements.push({ member, before, after })
    }
    return { replacements, ended }
  }

  #of(kind: 'user' | 'group' | 'membership', id: string): Undone | undefined {
    return this.#undone.size === 0 ? undefined : this.#undone.get(formatEntityMember({ kind, id }))
  }

  #all(
    kind: 'user' | 'group' | 'membership',
    isAsked: (id: string) => boolean,
    saidBy: (id: string, name: string) => string | undefined,
  ): Map<string, Undone> {
    const standing = new Map<string, Undone>()
    for (const [member, undone] of this.#undone) {
      const one = parseEntityMember(member)
      if (one.kind !== kind || !isAsked(one.id)) continue
      const isOfEntry = (name: string) => kind !== 'user' || name === PRESENCE
      const kept = this.standing(kind, one.id, (name) => (isOfEntry(name) ? saidBy(one.id, name) : undefined))
      if (Object.keys(kept).length > 0) standing.set(one.id, { ...undone, kept })
    }
    return standing
  }
}

const EMPTY_SAID = fingerprint([])

/** What is kept after the directory has said this, the same object where nothing changes; the names of what ends. */
function afterAll(kept: Undone['kept'], judged: readonly Judged[]): [kept: Undone['kept'], ended: string[]] {
  const news = judged.filter(({ name, said }) => kept[name]!.said !== said)
  if (news.length === 0) return [kept, []]
  const [met, ended] = [true, false].map((isMet) =>
    news.filter(({ name }) => (kept[name]!.said === undefined) === isMet),
  )
  const over = new Set(ended!.map(({ name }) => name))
  const noted = met!.map(({ name, said }): [string, Kept] => [name, { ...kept[name]!, said }])
  const others = Object.entries(kept).filter(([name]) => !over.has(name))
  return [Object.fromEntries([...others, ...noted]), [...over]]
}

/** Whether a user is kept although no entry in scope asks for them. */
export function isKeptActive({ kept }: Pick<Undone, 'kept'>): boolean {
  return kept[PRESENCE]?.to === 'active'
}
