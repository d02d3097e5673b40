import type { RedisClient } from '../redis-client.ts'
import type { EntityRef, Kind } from '../entity.ts'
import { decodeRecord, type RecordHash } from './decode-record.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import type { LedgerRecord } from './record.ts'
import { processOf, RedisRestartedError } from './redis-process.ts'

/** How many hashes go in one pipeline: large enough to fill the wire, small enough not to hold Redis for long. */
const CHUNK = 500

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
    const found: (R | undefined)[] = []
    for (let at = 0; at < ids.length; at += CHUNK) {
      const part = ids.slice(at, at + CHUNK)
      const pipeline = this.redis.pipeline()
      for (const id of part) pipeline.hgetall(this.keys.entity(kind, id))
      const answers = (await pipeline.exec()) ?? []
      part.forEach((id, i) => {
        const [error, hash] = answers[i] ?? [new Error('no answer'), {}]
        if (error && !error.message.startsWith('WRONGTYPE')) throw error
        const read = error
          ? { status: 'unreadable' as const, what: 'the key is no hash' }
          : decodeRecord(kind, id, hash as RecordHash)
        if (read.status === 'unreadable') this.#unreadable.set(`${kind}|${id}`, read.what)
        found.push(read.status === 'known' ? (read.record as R) : undefined)
      })
    }
    return found
  }

  /** Whether the ledger has something of each id, be it readable or not, in their order. */
  async knows(kind: Kind, ids: readonly string[]): Promise<boolean[]> {
    const pipeline = this.redis.pipeline()
    for (const id of ids) pipeline.exists(this.keys.entity(kind, id))
    return ((await pipeline.exec()) ?? []).map(([error, count]) => {
      if (error) throw error
      return count === 1
    })
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
    let cursor = '0'
    do {
      const [next, part] = await this.redis.sscan(this.keys.all(kind), cursor, 'COUNT', 1000)
      cursor = next
      if (part.length > 0) yield part
    } while (cursor !== '0')
    if ((await processOf(this.redis, this.account)) !== process) throw new RedisRestartedError()
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
    return this.redis.scard(this.keys.all(kind))
  }

  /** The fingerprints that the records already answer; null where an entry has to be planned. */
  async seen(kind: Kind, ids: readonly string[]): Promise<(string | null)[]> {
    return ids.length === 0 ? [] : this.redis.hmget(this.keys.seen(kind), ...ids)
  }

  /** User ids with a membership record in the group. */
  async membersOf(groupId: string): Promise<string[]> {
    return this.redis.smembers(this.keys.membersOf(groupId))
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
