import type { NewEvent } from '../history/note-event.ts'
import { writeKey, type Problem } from '../problem.ts'
import type { CycleSummary, FirstPlan, Followed } from './cycle-state.ts'
import type { GuardMeasure, HeldChange } from './held-change.ts'
import { keepsAnything, type KeptEntitlements } from './entitlements.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { lookAtUser } from './looks.ts'
import type { StoredProblem } from './ledger-reader.ts'
import { formatClaim } from './owner.ts'
import type { Unreadable } from './read-stored.ts'
import type { RepairsOfUser } from './repairs.ts'
import type { SetAside } from './set-aside.ts'

/** A Redis command on one of the connection's, or its account's, keys. */
export type Command = readonly [command: string, key: string, ...args: string[]]

/** Carries out what a cycle notes. */
export type WriteNotes = (commands: readonly Command[], events?: readonly NewEvent[]) => Promise<void>

/** What of a set came and what went since it was noted last. */
export interface Difference {
  readonly appeared: ReadonlySet<string>
  readonly vanished: ReadonlySet<string>
}

/** Names per command: so many arguments Lua's `unpack` takes in any case. */
const NAMES_AT_ONCE = 100

/**
 * What a cycle notes in the ledger beside its links and releases, each behind the same fence. What depends on a link or
 * a release is not here: it is recorded in one step with that (`CycleLedger`).
 *
 * @throws FencedError from every method, when a newer cycle has begun
 */
export class CycleNotes {
  readonly #connection: string
  readonly #write: WriteNotes
  readonly #keys: ReturnType<typeof connectionKeys>
  readonly #account: ReturnType<typeof accountKeys>

  /** @param write carries commands out in their order, behind the cycle's fence, and then tells the history */
  constructor({ connection, account }: ConnectionName, write: WriteNotes) {
    this.#connection = connection
    this.#keys = connectionKeys({ account, connection })
    this.#account = accountKeys(account)
    this.#write = write
  }

  /**
   * Asks other connections for Zendesk users whom they have.
   *
   * @param users Zendesk id → id of the entry that asks
   * @param now ms since the epoch
   */
  async claim(users: ReadonlyMap<number, string>, now: number): Promise<void> {
    await this.#write(
      [...users].map(([zendeskId, id]) => {
        const claim = formatClaim({ connection: this.#connection, id, at: now })
        return ['HSET', this.#account.claims, String(zendeskId), claim]
      }),
    )
  }

  /** Notes what the guard keeps back. @param gone keys of changes that it keeps back no more */
  async hold(changed: readonly HeldChange[], gone: readonly string[]): Promise<void> {
    await this.#write([
      ...changed.map((change) => ['HSET', this.#keys.held, change.key, JSON.stringify(change)] as const),
      ...gone.map((key) => ['HDEL', this.#keys.held, key] as const),
    ])
  }

  /** Removes what nobody can read. */
  async removeUnreadable(unreadable: readonly Unreadable[]): Promise<void> {
    await this.#write(unreadable.map(({ key, field }) => (field === undefined ? ['DEL', key] : ['HDEL', key, field])))
  }

  /** Notes what was set aside since nobody can read it, by `kind|id`. */
  async setAside(aside: ReadonlyMap<string, SetAside>): Promise<void> {
    const { unreadable } = this.#keys
    await this.#write([...aside].map(([member, one]) => ['HSET', unreadable, member, JSON.stringify(one)]))
  }

  /** Notes that what was set aside is known again, or is not to be had. @param members `kind|id` */
  async heal(members: readonly string[]): Promise<void> {
    await this.#write(members.map((member) => ['HDEL', this.#keys.unreadable, member]))
  }

  /** Notes which directory groups show members, and which users name groups. */
  async rememberShown({ groups, users }: { groups: Difference; users: Difference }): Promise<void> {
    await this.#write([...changesOf(this.#keys.shownGroups, groups), ...changesOf(this.#keys.shownUsers, users)])
  }

  /** Forgets what users had before they lost their seat, who have it again or are to have none. */
  async forgetEntitlements(ids: readonly string[]): Promise<void> {
    await this.#write(ids.map((id) => ['HDEL', this.#keys.entitlements, id] as const))
  }

  /**
   * Forgets that users wait for a default group, who have it by now. What else is kept of them stays.
   *
   * @param kept as it was read right before
   */
  async forgetDefaultGroups(kept: readonly KeptEntitlements[]): Promise<void> {
    const { entitlements: key } = this.#keys
    await this.#write(
      kept.map(({ id, entitlements }) => {
        const rest = { ...entitlements, defaultGroup: null }
        return keepsAnything(rest) ? ['HSET', key, id, JSON.stringify(rest)] : ['HDEL', key, id]
      }),
    )
  }

  /**
   * Notes who is leaving, and who is not any more, or has left.
   *
   * @param appeared user id → since when, ms since the epoch; what is noted already stays
   */
  async noteLeaving(appeared: ReadonlyMap<string, number>, vanished: readonly string[]): Promise<void> {
    const { leaving } = this.#keys
    await this.#write([
      ...[...appeared].map(([id, since]) => ['HSETNX', leaving, id, String(since)] as const),
      ...vanished.map((id) => ['HDEL', leaving, id] as const),
    ])
  }

  /** Notes who members of other domains are in Zendesk. @param found SID or DN → Zendesk user id */
  async noteForeign(found: ReadonlyMap<string, number>, vanished: readonly string[]): Promise<void> {
    const { foreign } = this.#keys
    await this.#write([
      ...[...found].map(([name, zendeskId]) => ['HSET', foreign, name, String(zendeskId)] as const),
      ...vanished.map((name) => ['HDEL', foreign, name] as const),
    ])
  }

  /** Notes the first plan as waiting, unless an admin has approved it while the cycle was planning. */
  async awaitApproval(firstPlan: FirstPlan): Promise<void> {
    await this.#write([
      ['HSET', this.#keys.state, 'firstPlan', JSON.stringify(firstPlan)],
      ['HSETNX', this.#keys.state, 'firstRun', 'waiting'],
    ])
  }

  /** Notes what outlives the process of what Zendesk was asked. */
  async rememberLookUps({
    names,
    apiUser,
  }: {
    /** What the account has by name; undefined when that is noted already. */
    readonly names: object | undefined
    /** Whose the credentials of a fingerprint are: the user's Zendesk id; undefined while nobody knows. */
    readonly apiUser: { readonly whose: string; readonly id: number } | undefined
  }): Promise<void> {
    await this.#write([
      ...(names ? [['SET', this.#keys.names, JSON.stringify(names)] as const] : []),
      ...(apiUser ? [['HSET', this.#account.apiUser, apiUser.whose, String(apiUser.id)] as const] : []),
    ])
  }

  /** Stores problems of cycles by their key, and takes back others. */
  async report(changed: ReadonlyMap<string, StoredProblem>, solved: readonly string[]): Promise<void> {
    await this.#write([
      ...[...changed].map(([key, entry]) => ['HSET', this.#keys.problems, key, JSON.stringify(entry)] as const),
      ...solved.map((key) => ['HDEL', this.#keys.problems, key] as const),
    ])
  }

  /** Takes back what writes reported of these entities: no write will. */
  async solveWrites(solved: readonly Pick<Problem, 'subject' | 'id'>[]): Promise<void> {
    await this.#write(solved.map((one) => ['HDEL', this.#keys.problems, writeKey(one)]))
  }

  /** Notes what is set right in Zendesk, by user id. @param gone users of whom that need not be known any more */
  async noteRepairs(repairs: ReadonlyMap<string, RepairsOfUser>, gone: readonly string[]): Promise<void> {
    await this.#write([
      ...[...repairs].map(([id, some]) => ['HSET', this.#keys.repairs, id, JSON.stringify(some)] as const),
      ...gone.map((id) => ['HDEL', this.#keys.repairs, id] as const),
    ])
  }

  /** Has users looked at in Zendesk once nothing of them waits. @param now ms since the epoch */
  async lookAgain(userIds: readonly string[], now: number): Promise<void> {
    const { looks } = this.#keys
    await this.#write(userIds.map((id) => ['ZADD', looks, String(now), lookAtUser(id)]))
  }

  /** Notes how far changed entries were read ahead of a cycle. @param events what the history is told of it */
  async follow(followed: Followed, events: readonly NewEvent[]): Promise<void> {
    await this.#write([['HSET', this.#keys.state, 'followed', JSON.stringify(followed)]], events)
  }

  /** Notes that the cycle ended well. */
  async end({
    summary,
    measures,
    enacted,
    mapping,
    found,
    countedMs,
    events,
  }: {
    readonly summary: CycleSummary
    readonly measures: Readonly<Record<string, GuardMeasure>>
    /** What the plan has done; undefined while it is the first one and waits for approval. */
    readonly enacted: { readonly audited: boolean } | undefined
    /** Fingerprint of the mapping by which everybody is planned now; undefined when not everybody is. */
    readonly mapping: string | undefined
    /** How many losses of lists it has looked after, as `LedgerReader.listsLost` counts them; undefined for none. */
    readonly found: number | undefined
    /** How long a release counts at the guard, ms. */
    readonly countedMs: number
    /** What the history is told of it. */
    readonly events: readonly NewEvent[]
  }): Promise<void> {
    const { state, counted } = this.#keys
    const commands: Command[] = [
      // Twice the time, for clocks differ.
      ['ZREMRANGEBYSCORE', counted, '-inf', String(summary.startedAt - 2 * countedMs)],
      ['HDEL', state, 'failing'],
      ...(enacted && found !== undefined ? [['HSET', state, 'listsFound', String(found)] as const] : []),
      ['HSET', state, 'lastCycle', JSON.stringify(summary), 'measures', JSON.stringify(measures)],
      ...(enacted ? [['HSET', state, 'firstRun', 'done'] as const] : []),
      ...(enacted && mapping !== undefined ? [['HSET', state, 'mapping', mapping] as const] : []),
      ...(enacted?.audited ? [['HSET', state, 'lastAudit', String(summary.startedAt)] as const] : []),
    ]
    await this.#write(commands, events)
  }
}

function changesOf(key: string, { appeared, vanished }: Difference): Command[] {
  return [
    ...chunks(appeared).map((names) => ['SADD', key, ...names] as const),
    ...chunks(vanished).map((names) => ['SREM', key, ...names] as const),
  ]
}

function chunks(names: ReadonlySet<string>): string[][] {
  const all = [...names]
  const count = Math.ceil(all.length / NAMES_AT_ONCE)
  return Array.from({ length: count }, (_none, i) => all.slice(i * NAMES_AT_ONCE, (i + 1) * NAMES_AT_ONCE))
}
