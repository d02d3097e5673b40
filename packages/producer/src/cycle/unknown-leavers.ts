import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { isHexId } from '../directory/hex-id.ts'
import type { CyclePlan } from './cycle-plan.ts'

interface In {
  readonly connection: ConnectionConfig
  /** Ids of the connections of the account in this configuration. */
  readonly configured: readonly string[]
  readonly ledger: CycleLedger
  readonly reader: LedgerReader
  readonly redis: RedisClient
  readonly zendesk: Pick<ZendeskClient, 'users'>
  readonly isInScope: CyclePlan['isInScope']
  readonly log: Logger
}

/**
 * Who left the directory while nobody knew them, since Redis had lost its ledger, is in Zendesk alone: an active user
 * with an external id that looks like one of this directory's, whom no entry of any connection has. Such users are
 * entered in the ledger, without a DN; the next cycle sees that they have left, and holds each for an admin's word,
 * for another system may have written such an id (docs/decisions/0012-leavers-whom-nobody-knew.md).
 *
 *   external id of an active user                   | what is done
 *   ------------------------------------------------|----------------------------------------------------
 *   none, or of another form than a directory id    | nothing: it is not ours
 *   the user is owned by an entry of any connection | nothing: known; unless the entry is this one, and forgotten
 *   known to the ledger of any connection           | nothing: about to be recorded, or linked by its own plan
 *   of an entry in scope                            | the same
 *   any other                                       | entered, as Zendesk shows the user
 *
 * Nothing is done before each other connection of the account has had its first plan carried out: these may be its
 * people. Others are those of this configuration, and of whatever service has worked for the account in the last days.
 *
 * @throws Zendesk's errors
 */
export async function enterUnknownLeavers(where: In, signal: AbortSignal): Promise<void> {
  const { connection, ledger, zendesk, log } = where
  const { externalId, unknownLeavers, map } = connection.users
  if (unknownLeavers === 'ignore' || externalId !== 'directoryId' || map.external_id !== undefined) return
  const others = await othersOf(where)
  const firstRuns = await Promise.all(others.map((other) => other.firstRun()))
  if (firstRuns.some(({ status }) => status !== 'done')) return
  let entered = 0
  for await (const page of zendesk.users.list({ signal })) {
    const unknown = await unknownOf(where, others, page)
    const answers = await ledger.link(unknown.map(linkOf))
    entered += answers.filter((answer) => answer === 'linked').length
  }
  if (entered > 0)
    log.warn(
      { users: entered },
      'Users in Zendesk have external ids of this directory and no entry there; they are held as leavers',
    )
}

/** The other connections of the account. */
async function othersOf({ connection: { id, account }, configured, redis }: In): Promise<LedgerReader[]> {
  const served = (await readServices(redis, account)).flatMap(({ connections }) => Object.keys(connections))
  const ids = new Set([...configured, ...served])
  ids.delete(id)
  return [...ids].map((connection) => new LedgerReader(redis, { account, connection }))
}

async function unknownOf(
  { connection: { account }, reader, redis, isInScope }: In,
  others: readonly LedgerReader[],
  users: readonly User[],
): Promise<User[]> {
  const like = users.filter(
    (user) => user.active !== false && user.suspended !== true && isHexId(user.external_id ?? ''),
  )
  const entries = like.map(entryOf)
  const [owners, ...known] = await Promise.all([
    readOwners(
      redis,
      { account, kind: 'user' },
      like.map(({ id }) => id),
    ),
    ...[reader, ...others].map((one) => one.knows('user', entries)),
  ])
  // The account says that this entry owns the user, and the ledger has forgotten the entry.
  const isForgotten = (owner: OwnerRef, i: number) => owner.connection === reader.connection && owner.id === entries[i]
  const isOwned = (i: number) => owners[i] && !isForgotten(owners[i], i)
  return like.filter((_user, i) => !isOwned(i) && !known.some((ofOne) => ofOne[i]) && !isInScope('user', entries[i]!))
}

/** The directory id that an external id of this form is: its case means nothing. */
function entryOf({ external_id: externalId }: User): string {
  return externalId!.toLowerCase()
}

function linkOf(user: User): Link {
  return {
    kind: 'user',
    id: entryOf(user),
    dn: '',
    label: user.email ?? user.name ?? String(user.id),
    zendeskId: user.id,
    applied: attributesInZendesk(user, { attributes: {}, tagsMode: 'merge' }),
    suspendedByUs: false,
    inSync: null,
    known: { revision: 0, appliedRevision: 0, zendeskId: null },
  }
}
