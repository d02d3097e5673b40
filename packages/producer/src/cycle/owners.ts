import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Ids } from '../compact/subset.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { ABSENT, LEFT, OFFERED, accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { formatOwner, idWithin, parseClaim, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { DirectoryPicture } from './directory-picture.ts'

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
  readonly present: Pick<Ids, 'has'>
  readonly disabled: ReadonlySet<string>
}

/** The entry that has a Zendesk object already. */
export interface Owner extends OwnerRef {
  readonly record: UserRecord | undefined
  readonly standing: Standing
}

/** How long after two of its cycles a connection that is not configured counts as abandoned, ms. */
const ABANDONED_MS = 10 * 60_000

/** Looks up who owns Zendesk users. */
export class Owners {
  readonly #redis: RedisClient
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
    redis: RedisClient
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
    const whose = await readOwners(
      this.#redis,
      { account: this.#account, kind: 'user' },
      asked.map(([, hit]) => hit.zendeskId),
    )
    for (const [i, [entry, { zendeskId }]] of asked.entries()) {
      const owner = whose[i] ?? null
      if (!owner || idWithin(this.#connection, owner) === entry) continue
      const { connection, id } = owner
      const reader = new LedgerReader(this.#redis, { account: this.#account, connection })
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
   * Of the owners of groups, those of this connection whom the ledger does not know, as `formatOwner` writes them: they
   * could not be read, and were set aside. What they own is theirs to be linked to again.
   */
  async unknownAmong(owners: readonly OwnerRef[]): Promise<Set<string>> {
    const own = owners.filter(({ connection }) => connection === this.#connection)
    const reader = new LedgerReader(this.#redis, { account: this.#account, connection: this.#connection })
    const records = await reader.records(
      'group',
      own.map(({ id }) => id),
    )
    return new Set(own.filter((_owner, i) => records[i] === undefined).map(formatOwner))
  }

  /** Whether an owner is of a connection that is not configured any more and silent. */
  async isAbandoned({ connection }: OwnerRef, now: number): Promise<boolean> {
    if (this.#configured.has(connection)) return false
    return this.#isSilent(new LedgerReader(this.#redis, { account: this.#account, connection }), now)
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
      const [seen] = await reader.seen([id])
      if (seen === ABSENT || seen === LEFT || seen === OFFERED) return 'left'
      return record?.suspendedByUs && record.desired?.presence === 'suspended' ? 'disabled' : 'present'
    }
    return (await this.#isSilent(reader, now)) ? 'abandoned' : 'silent'
  }

  async #isSilent(reader: LedgerReader, now: number): Promise<boolean> {
    const known = this.#silent.get(reader.connection)
    if (known !== undefined) return known
    const [last, unreadable] = await Promise.all([reader.lastCycle(), reader.unreadableState()])
    // A last cycle that nobody can read is not one that never was: its users stay the connection's.
    const isUnread = unreadable.some(({ field }) => field === undefined || field === 'lastCycle')
    const silent = !isUnread && (!last || now - last.endedAt > 2 * (last.everyMs ?? 0) + ABANDONED_MS)
    this.#silent.set(reader.connection, silent)
    return silent
  }
}

/** How long a claim holds after the cycle that made it, ms: a connection whose cycles stopped asks for nothing. */
const CLAIM_MS = 30 * 60_000

/** Zendesk users of the leavers that another configured connection has asked for not long ago. */
export async function claimedUsers(
  redis: RedisClient,
  { account, connection, configured }: { account: string; connection: string; configured: readonly string[] },
  leavers: readonly UserRecord[],
  now: number,
): Promise<Set<string>> {
  const linked = leavers.filter((record) => record.zendeskId !== null)
  const claimed = new Set<string>()
  if (linked.length === 0) return claimed
  const texts = await redis.hmget(accountKeys(account).claims, ...linked.map((record) => String(record.zendeskId)))
  for (const [i, record] of linked.entries()) {
    const claim = parseClaim(texts[i])
    if (!claim || claim.connection === connection || !configured.includes(claim.connection)) continue
    if (now - claim.at <= CLAIM_MS) claimed.add(record.id)
  }
  return claimed
}

/** `remove.disabled: ignore` leaves disabled entries their users: none of them can be taken over. */
export function scopeOf(
  { present, disabled }: Pick<DirectoryPicture, 'present' | 'disabled'>,
  { users }: ConnectionConfig,
): Scope {
  return { present, disabled: users.remove.disabled === 'ignore' ? new Set() : disabled }
}
