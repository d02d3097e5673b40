import type { Redis } from 'ioredis'
import { ABSENT, OFFERED, accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'

/**
 * Where the entry stands that has a Zendesk object:
 *
 *   present    it is in scope: the object stays with it
 *   disabled   it is in scope and disabled: the object can be taken over by one who is not
 *   left       it is not, in this connection or in another one: the object can be taken over
 *   abandoned  its connection is not configured any more and has been silent: the object can be taken over
 *   silent     its connection is not configured, but had a cycle not long ago: another installation may run it
 */
export type Standing = 'present' | 'disabled' | 'left' | 'abandoned' | 'silent'

/** The ids that this connection has in scope, and those of them whose users are to lose access for being disabled. */
export interface Scope {
  readonly present: ReadonlySet<string>
  readonly disabled: ReadonlySet<string>
}

/** The entry that has a Zendesk object already. */
export interface Owner {
  readonly connection: string
  readonly id: string
  readonly record: UserRecord | undefined
  readonly standing: Standing
}

/** How long after two of its cycles a connection that is not configured counts as abandoned, ms. */
const ABANDONED_MS = 10 * 60_000

/** Looks up who owns Zendesk users. */
export class Owners {
  readonly #redis: Redis
  readonly #account: string
  readonly #connection: string
  readonly #configured: ReadonlySet<string>
  readonly #silent = new Map<string, boolean>()

  constructor({
    redis,
    account,
    connection,
    configured,
  }: {
    redis: Redis
    account: string
    connection: string
    /** Ids of all connections of the configuration. */
    configured: readonly string[]
  }) {
    this.#redis = redis
    this.#account = account
    this.#connection = connection
    this.#configured = new Set(configured)
  }

  /** Owners by Zendesk id; users that nobody or the entry itself owns are left out. */
  async ofUsers(
    hits: ReadonlyMap<string, { readonly zendeskId: number }>,
    scope: Scope,
    now: number,
  ): Promise<Map<number, Owner>> {
    const owners = new Map<number, Owner>()
    const asked = [...hits]
    if (asked.length === 0) return owners
    const key = accountKeys(this.#account).owners('user')
    const texts = await this.#redis.hmget(key, ...asked.map(([, hit]) => String(hit.zendeskId)))
    for (const [i, [entry, { zendeskId }]] of asked.entries()) {
      const text = texts[i]
      if (!text || text === `${this.#connection}|${entry}`) continue
      const bar = text.indexOf('|')
      const [connection, id] = [text.slice(0, bar), text.slice(bar + 1)]
      const reader = new LedgerReader(this.#redis, connection)
      const [record] = await reader.records<UserRecord>('user', [id])
      owners.set(zendeskId, {
        connection,
        id,
        record,
        standing: await this.standing(reader, { id, record }, scope, now),
      })
    }
    return owners
  }

  /**
   * Of the owners of groups, as `connection|id`, those of this connection whom the ledger does not know: they could not be
   * read, and were set aside. What they own is theirs to be linked to again.
   */
  async unknownAmong(owners: readonly string[]): Promise<Set<string>> {
    const own = owners.filter((owner) => owner.startsWith(`${this.#connection}|`))
    const reader = new LedgerReader(this.#redis, this.#connection)
    const records = await reader.records(
      'group',
      own.map((owner) => owner.slice(this.#connection.length + 1)),
    )
    return new Set(own.filter((_owner, i) => records[i] === undefined))
  }

  /** Whether an owner, as `connection|id`, is of a connection that is not configured any more and silent. */
  async isAbandoned(owner: string, now: number): Promise<boolean> {
    const connection = owner.slice(0, owner.indexOf('|'))
    if (this.#configured.has(connection)) return false
    return this.#isSilent(new LedgerReader(this.#redis, connection), now)
  }

  /** Where an entry of any connection stands. @param scope of this connection */
  async standing(
    reader: LedgerReader,
    { id, record }: Pick<Owner, 'id' | 'record'>,
    { present, disabled }: Scope,
    now: number,
  ): Promise<Standing> {
    if (reader.connection === this.#connection)
      return disabled.has(id) ? 'disabled' : present.has(id) ? 'present' : 'left'
    if (this.#configured.has(reader.connection)) {
      const [seen] = await reader.seen('user', [id])
      if (seen === ABSENT || seen === OFFERED) return 'left'
      return record?.suspendedByUs && record.desired?.presence === 'suspended' ? 'disabled' : 'present'
    }
    return (await this.#isSilent(reader, now)) ? 'abandoned' : 'silent'
  }

  async #isSilent(reader: LedgerReader, now: number): Promise<boolean> {
    const known = this.#silent.get(reader.connection)
    if (known !== undefined) return known
    const last = await reader.lastCycle()
    const silent = !last || now - last.endedAt > 2 * (last.everyMs ?? 0) + ABANDONED_MS
    this.#silent.set(reader.connection, silent)
    return silent
  }
}

/** How long a claim holds after the cycle that made it, ms: a connection whose cycles stopped asks for nothing. */
const CLAIM_MS = 30 * 60_000

/** Zendesk users of the leavers that another configured connection has asked for not long ago. */
export async function claimedUsers(
  redis: Redis,
  { account, connection, configured }: { account: string; connection: string; configured: readonly string[] },
  leavers: readonly UserRecord[],
  now: number,
): Promise<Set<string>> {
  const linked = leavers.filter((record) => record.zendeskId !== null)
  const claimed = new Set<string>()
  if (linked.length === 0) return claimed
  const texts = await redis.hmget(accountKeys(account).claims, ...linked.map((record) => String(record.zendeskId)))
  for (const [i, record] of linked.entries()) {
    const [by = '', , at = '0'] = (texts[i] ?? '').split('|')
    if (by !== connection && configured.includes(by) && now - Number(at) <= CLAIM_MS) claimed.add(record.id)
  }
  return claimed
}
