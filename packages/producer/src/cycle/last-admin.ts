import type { Redis } from 'ioredis'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { EntityPlan } from '../plan/change.ts'
import { spare } from './protection.ts'

/** What is known of a user whom a plan is about. */
type HeldOf = (id: string) => { readonly applied: UserAttributes; readonly zendeskId: number | null }

const LAST = {
  code: 'LAST_ADMIN',
  why: 'is the last active admin of the account',
  todo: 'Make somebody else an admin in Zendesk: the change then goes out by itself',
}

/**
 * Leaves the account an admin: takes the suspension, deletion or downgrade of the last active one out of the plans, and
 * reports it. No approval lets it through.
 *
 *   active admins in Zendesk, less those who are being removed | what is done
 *   -----------------------------------------------------------|--------------------------------------------------
 *   somebody                                                   | nothing
 *   nobody                                                     | of those whom this plan removes, the oldest user stays
 *   nobody, and none of them is shown as an active admin       | they all stay: what was read proves nothing
 *
 * Being removed are those whom this plan removes, and those whose removal is released and not refused, by any connection.
 * Two connections that plan at the same moment do not see each other's plans. Zendesk is asked only when an admin is
 * about to lose something.
 */
export async function keepLastAdmin(
  plans: ReadonlyMap<string, EntityPlan>,
  heldOf: HeldOf,
  { zendesk, redis, account }: { zendesk: Pick<ZendeskClient, 'users'>; redis: Redis; account: string },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, EntityPlan>> {
  const losing = [...plans].flatMap(([id, { change }]) => {
    const { applied, zendeskId } = heldOf(id)
    return change?.removal && applied['role'] === 'admin' && zendeskId !== null ? [{ id, zendeskId }] : []
  })
  if (losing.length === 0) return plans
  const active = new Set((await zendesk.users.activeAdmins({ signal })).map((user) => user.id))
  const leaving = new Set(losing.map(({ zendeskId }) => zendeskId))
  const others = [...active].filter((id) => !leaving.has(id))
  if ((await stayingOf(others, redis, account)).length > 0) return plans

  const [oldest] = losing.filter(({ zendeskId }) => active.has(zendeskId)).sort((a, b) => a.zendeskId - b.zendeskId)
  const kept = new Set((oldest ? [oldest] : losing).map(({ id }) => id))
  return new Map([...plans].map(([id, plan]) => [id, kept.has(id) ? spare(plan, heldOf(id).applied, LAST) : plan]))
}

/** Of these users, those whose removal no connection has released; one that Zendesk refused takes nothing away. */
async function stayingOf(zendeskIds: readonly number[], redis: Redis, account: string): Promise<number[]> {
  if (zendeskIds.length === 0) return []
  const owners = await redis.hmget(accountKeys(account).owners('user'), ...zendeskIds.map(String))
  const staying: number[] = []
  for (const [i, zendeskId] of zendeskIds.entries()) {
    const [connection, id] = owners[i]?.split('|') ?? []
    const [record] =
      connection && id ? await new LedgerReader(redis, connection).records<UserRecord>('user', [id]) : [undefined]
    if (!record || !isBeingRemoved(record)) staying.push(zendeskId)
  }
  return staying
}

function isBeingRemoved({ desired, revision, appliedRevision, rejection }: UserRecord): boolean {
  if (desired === null || rejection !== null || revision <= appliedRevision) return false
  const role = desired.attributes['role']
  return desired.presence !== 'active' || (role !== undefined && role !== 'admin')
}
