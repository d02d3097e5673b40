import { atOnce, partsOf } from '../at-once.ts'
import type { RedisClient } from '../redis-client.ts'
import type { EntityRef, Kind } from '../entity.ts'
import type { NewEvent } from '../history/note-event.ts'
import { CycleNotes, type Command } from './cycle-notes.ts'
import type { Decision } from './decision.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { DROP_DECISIONS } from './lua/drop-decisions.ts'
import { FENCED_WRITES } from './lua/fenced-writes.ts'
import { LINK } from './lua/link.ts'
import { COUNT_FAILURES, REISSUE } from './lua/pending.ts'
import { RELEASE } from './lua/release.ts'
import { ANSWER } from './lua/seen.ts'
import { SET_ASIDE } from './lua/set-aside.ts'
import { encodeLink, encodeRelease, type Link, type Release } from './planned.ts'
import { lookAtPending } from './look-at-pending.ts'
import { encodeFailures, type CountedFailures, type Pending } from './pending.ts'
import { beginCycle, OlderConfigError, type StartingProducer } from './newest-config.ts'
import { FencedError, runScript } from './script.ts'
import { replaceUndone, type Replacement } from './undone.ts'

/** Entities per script call: 200 releases hold Redis for about 2 ms. */
const CHUNK = 200

/** Calls under way at once. Redis carries them out in their order. */
const AT_ONCE = 3

/** How long what could not be read is kept beside the ledger, ms: for whoever asks what it was. */
const KEPT_ASIDE_MS = 30 * 24 * 3_600_000

/**
 * The ledger as one cycle may write it. Each script checks the cycle's fencing token, so that a producer that
 * stalled and comes back after its successor began can write nothing.
 *
 * @throws FencedError from every method, when a newer cycle has begun
 */
export class CycleLedger {
  readonly connection: string
  readonly account: string
  readonly cycle: number
  /** What the cycle notes besides, behind the same fence. */
  readonly notes: CycleNotes
  readonly #redis: RedisClient
  readonly #account: ReturnType<typeof accountKeys>
  readonly #prefix: string

  constructor(redis: RedisClient, { connection, account, cycle }: ConnectionName & { readonly cycle: number }) {
    this.#redis = redis
    this.connection = connection
    this.account = account
    this.cycle = cycle
    this.#account = accountKeys(account)
    this.#prefix = connectionKeys({ account, connection }).prefix
    this.notes = new CycleNotes({ connection, account }, (commands, events) => this.#write(commands, events))
  }

  /**
   * Begins a cycle: from now on older cycles are fenced out.
   *
   * @throws OlderConfigError when a producer is named whose configuration is not the newest
   */
  static async begin(
    redis: RedisClient,
    name: ConnectionName,
    producer?: Pick<StartingProducer, 'name' | 'print'>,
  ): Promise<CycleLedger> {
    const cycle = await beginCycle(redis, name, producer)
    if (cycle === null) throw new OlderConfigError(name.connection)
    return new CycleLedger(redis, { ...name, cycle })
  }

  /**
   * Records desired states, before their jobs are added. Returns each one's revision and whether its job can run; null
   * for the creation of a user who is linked by now, and for what an admin has taken back.
   */
  async release(releases: readonly Release[]): Promise<({ revision: number; ready: boolean } | null)[]> {
    const answers = await this.#chunked(RELEASE, [], [], releases, encodeRelease)
    return (answers as [string, number][]).map(([revision, ready]) =>
      revision === '' ? null : { revision: Number(revision), ready: ready === 1 },
    )
  }

  /** Links and unlinks. Returns `linked`, `unlinked`, `not linked`, `busy` or `owned by …`: see `ownerInAnswer`. */
  async link(links: readonly Link[]): Promise<string[]> {
    const keys = [this.#account.owners('user'), this.#account.owners('group')]
    const answers = await this.#chunked(LINK, keys, [], links, (one) => encodeLink(this.account, one))
    return answers as string[]
  }

  /**
   * Looks at entities that were released and not applied. @param members `kind|id`, as `LedgerReader.pending` has them
   */
  async lookAt(members: readonly string[]): Promise<Pending[]> {
    return await lookAtPending(this.#redis, { account: this.account, connection: this.connection }, members)
  }

  /** A new revision at the same desired state. Returns it, or null where the entity has moved on. */
  async reissue(stale: readonly { ref: EntityRef; revision: number }[]): Promise<(number | null)[]> {
    const answers = await this.#chunked(REISSUE, [], [], stale, (s) => ({
      kind: s.ref.kind,
      id: s.ref.id,
      revision: s.revision,
    }))
    return (answers as string[]).map((revision) => (revision === '' ? null : Number(revision)))
  }

  /** Counts jobs that have failed, of what still waits, and tells it with their problems. */
  async countFailures(counted: readonly CountedFailures[]): Promise<void> {
    await this.#chunked(COUNT_FAILURES, [], [], counted, encodeFailures)
  }

  /**
   * Sets entities aside that can't be read: they are known no more, and what was there is kept under `set-aside:` for
   * 30 days. Returns what their hashes still say of who they are; undefined for one that a write
   * is going on at.
   */
  async setAside(
    entities: readonly { kind: Kind; id: string }[],
  ): Promise<({ dn: string; label: string } | undefined)[]> {
    const args = [String(this.cycle), JSON.stringify(entities), String(KEPT_ASIDE_MS)]
    const answers = entities.length > 0 ? ((await this.#run(SET_ASIDE, [], args)) as ([string, string] | null)[]) : []
    return answers.map((answer) => (answer === null ? undefined : { dn: answer[0], label: answer[1] }))
  }

  /**
   * Notes which users need no plan until their entry changes: directory id → fingerprint of the entry. The others are
   * planned again, though their entry may read as before.
   */
  async answerUsers(answered: ReadonlyMap<string, string>, unanswered: Iterable<string>): Promise<void> {
    const all = [...answered, ...[...unanswered].map((id) => [id, ''] as const)]
    await this.#chunked(ANSWER, [], [], all, ([id, print]) => ({ id, print }))
  }

  /** Drops admins' decisions, by the key of what they are about; one that was replaced since it was read stays. */
  async dropDecisions(decisions: readonly (readonly [key: string, decision: Decision])[]): Promise<void> {
    const read = decisions.map(([key, decision]) => ({ key, text: JSON.stringify(decision) }))
    for (let at = 0; at < read.length; at += CHUNK)
      await this.#run(DROP_DECISIONS, [], [String(this.cycle), JSON.stringify(read.slice(at, at + CHUNK))])
  }

  /**
   * Notes what has become of what was undone, and tells the history in the same step. Returns of each whether it was as
   * it was read.
   */
  async noteUndone(replacements: readonly Replacement[]): Promise<boolean[]> {
    const done: boolean[] = []
    const run = (lua: string, args: readonly string[]) => this.#run(lua, [this.#account.history], [...args])
    for (const part of partsOf(replacements, CHUNK)) done.push(...(await replaceUndone(run, part, String(this.cycle))))
    return done
  }

  async #write(commands: readonly Command[], events: readonly NewEvent[] = []): Promise<void> {
    const texts = events.map((event) => JSON.stringify(event))
    for (let at = 0; at < Math.max(commands.length, texts.length); at += CHUNK) {
      const [some, told] = [commands, texts].map((all) => JSON.stringify(all.slice(at, at + CHUNK)))
      await this.#run(FENCED_WRITES, [], [String(this.cycle), some!, told!])
    }
  }

  async #chunked<T>(
    lua: string,
    keys: string[],
    args: string[],
    items: readonly T[],
    encode: (item: T) => object,
  ): Promise<unknown[]> {
    const answers = await atOnce(partsOf(items, CHUNK), AT_ONCE, (part) =>
      this.#run(lua, keys, [String(this.cycle), ...args, JSON.stringify(part.map(encode))]),
    )
    return (answers as unknown[][]).flat()
  }

  async #run(lua: string, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await runScript(this.#redis, lua, [this.#prefix, ...keys], args)
    } catch (error) {
      if (error instanceof Error && error.message.includes('FENCED')) throw new FencedError(this.connection, error)
      throw error
    }
  }
}
