import { atOnce, partsOf } from '../at-once.ts'
import type { RedisClient } from '../redis-client.ts'
import { membershipId, type EntityRef, type Kind } from '../entity.ts'
import { decodeRecord, type RecordHash } from './decode-record.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { READ_ENTITIES, SCAN_ENTITIES } from './lua/read-entities.ts'
import { SEEN } from './lua/seen.ts'
import type { LedgerRecord } from './record.ts'
import { processOf, RedisRestartedError } from './redis-process.ts'
import { runScript } from './script.ts'

/** Entities read in one call, which holds Redis for some 2 ms: one at rest takes it 25 µs. */
const CHUNK = 100

/** Users in one call whose fingerprints are asked for, 7 µs each. */
const PRINTS = 250

/** Calls under way at once: others get their turn between them. */
const AT_ONCE = 4

/** Ids listed in one call. */
const PAGE = 1_000

/** Reads the entities of one connection, and the sets that name them. */
export class EntityReader {
  readonly account: string
  readonly connection: string
  protected readonly redis: RedisClient
  protected readonly keys: ReturnType<typeof connectionKeys>
  #unreadable = new Map<string, string>()

  constructor(redis: RedisClient, { account, connection }: ConnectionName) {
    this.redis = redis
    this.account = account
    this.connection = connection
    this.keys = connectionKeys({ account, connection })
  }

  /**
   * The records of the ids, in their order; undefined where the ledger has none, and where what it has is none: that is
   * noted, see `takeUnreadable`.
   */
  async records<R extends LedgerRecord>(kind: Kind, ids: readonly string[]): Promise<(R | undefined)[]> {
    const found = await atOnce(partsOf(ids, CHUNK), AT_ONCE, async (part) => {
      const fields = await this.fields(kind, part)
      return part.map((id, i) => {
        const hash = fields[i]!
        const read =
          typeof hash === 'string' ? { status: 'unreadable' as const, what: hash } : decodeRecord(kind, id, hash)
        if (read.status === 'unreadable') this.#unreadable.set(`${kind}|${id}`, read.what)
        return read.status === 'known' ? (read.record as R) : undefined
      })
    })
    return found.flat()
  }

  /** The fields of the ids, in their order: none where there is nothing, or a text that says why they can't be read. */
  async fields(kind: Kind, ids: readonly string[]): Promise<(RecordHash | string)[]> {
    const answers = await runScript(this.redis, READ_ENTITIES, [this.keys.prefix], [kind, JSON.stringify(ids)])
    return (answers as (readonly string[] | string)[]).map((one) => (typeof one === 'string' ? one : fieldsOf(one)))
  }

  /** Whether the ledger has something of each id, be it readable or not, in their order. */
  async knows(kind: Kind, ids: readonly string[]): Promise<boolean[]> {
    const known: boolean[] = []
    for (let at = 0; at < ids.length; at += CHUNK)
      for (const fields of await this.fields(kind, ids.slice(at, at + CHUNK)))
        known.push(typeof fields === 'string' || Object.keys(fields).length > 0)
    return known
  }

  /**
   * Entities of which the ledger can't say what they are, as `kind|id`: those that were found to be unreadable since
   * `takeUnreadable` was asked last, and those that are set aside.
   */
  async unknowable(): Promise<Set<string>> {
    return new Set([...this.#unreadable.keys(), ...(await this.redis.hkeys(this.keys.unreadable))])
  }

  /** What is wrong with entities that could not be read, by `kind|id`, since this was asked last. */
  takeUnreadable(): ReadonlyMap<string, string> {
    const unreadable = this.#unreadable
    this.#unreadable = new Map()
    return unreadable
  }

  /**
   * Ids of all entities of a kind, in no order, a part at a time. An id may come twice.
   *
   * @throws RedisRestartedError at the end: a cursor says nothing to another process, and ids are left out
   */
  async *ids(kind: Kind): AsyncGenerator<string[]> {
    const process = await processOf(this.redis, this.account)
    if (kind === 'membership')
      for await (const groups of scan((cursor) => this.redis.sscan(this.keys.groupsWithMembers, cursor, 'COUNT', PAGE)))
        for (const groupId of groups)
          for await (const users of this.#listed(this.keys.membersOf(groupId)))
            yield users.map((userId) => membershipId(groupId, userId))
    else yield* this.#listed(this.keys.listOf(kind))
    if ((await processOf(this.redis, this.account)) !== process) throw new RedisRestartedError()
  }

  #listed(list: string): AsyncGenerator<string[]> {
    const page = (cursor: string) =>
      runScript(this.redis, SCAN_ENTITIES, [this.keys.prefix, list], [cursor, String(PAGE)])
    return scan(async (cursor) => (await page(cursor)) as [string, string[]])
  }

  /**
   * The entities that a bulk write closes, found by looking at all of them: for when the write itself can't be read.
   */
  async closedBy(batch: string): Promise<EntityRef[]> {
    const closed: EntityRef[] = []
    for (const kind of ['user', 'group', 'membership'] as const)
      for await (const ids of this.ids(kind)) {
        const pipeline = this.redis.pipeline()
        for (const id of ids) pipeline.hget(this.keys.entity(kind, id), 'outstanding')
        const answers = (await pipeline.exec()) ?? []
        closed.push(
          ...ids.flatMap((id, i) => (answers[i]?.[1] === batch ? [{ connection: this.connection, kind, id }] : [])),
        )
      }
    return closed
  }

  async count(kind: Kind): Promise<number> {
    if (kind !== 'membership') return this.redis.hlen(this.keys.listOf(kind))
    const groups = await this.redis.smembers(this.keys.groupsWithMembers)
    const counts = await this.redis.pipeline(groups.map((groupId) => ['hlen', this.keys.membersOf(groupId)])).exec()
    return (counts ?? []).reduce((sum, [, count]) => sum + Number(count ?? 0), 0)
  }

  /** The fingerprints by which users' entries are answered; null where an entry has to be planned. */
  async seen(ids: readonly string[]): Promise<(string | null)[]> {
    const answers = await atOnce(partsOf(ids, PRINTS), AT_ONCE, (part) =>
      runScript(this.redis, SEEN, [this.keys.prefix], [JSON.stringify(part)]),
    )
    return (answers as (string | null)[][]).flat()
  }

  /** How many users there can be of whom it knows something or whose entries are answered: no more than that. */
  async mostUsers(): Promise<number> {
    return (await this.count('user')) + (await this.redis.hlen(this.keys.seen))
  }

  /** User ids with a membership record in the group. */
  async membersOf(groupId: string): Promise<string[]> {
    return this.redis.hkeys(this.keys.membersOf(groupId))
  }

  /** Keys of the directory groups that showed members when they were last read. */
  async shownGroups(): Promise<Set<string>> {
    return new Set(await this.redis.smembers(this.keys.shownGroups))
  }

  /** Ids of the users who named groups when they were last read, and with `unread:` of those who may name some. */
  async shownUsers(): Promise<Set<string>> {
    return new Set(await this.redis.smembers(this.keys.shownUsers))
  }

  /** Released but not applied, oldest first: `kind|id`. */
  async pending(): Promise<string[]> {
    return this.redis.zrange(this.keys.pending, '0', '-1')
  }
}

async function* scan(next: (cursor: string) => Promise<[cursor: string, part: string[]]>): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const [after, part] = await next(cursor)
    cursor = after
    if (part.length > 0) yield part
  } while (cursor !== '0')
}

function fieldsOf(inTurn: readonly string[]): RecordHash {
  const fields: Record<string, string> = {}
  for (let i = 0; i < inTurn.length; i += 2) fields[inTurn[i]!] = inTurn[i + 1]!
  return fields
}
