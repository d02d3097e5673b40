import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { LAST_ADMIN } from '@provisioner/shared/admin-refusals.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { EntityPlan } from '../plan/change.ts'
import { spare } from './protection.ts'

/** What is known of a user whom a plan is about. */
type KnownOf = (id: string) => { readonly applied: UserAttributes; readonly zendeskId: number | null }

/** The account's active admins. */
export interface Admins {
  /** Zendesk ids of those who can sign in now. */
  readonly active: ReadonlySet<number>
  /** Of these: those whose removal is released and not refused, by any connection. */
  readonly leaving: ReadonlySet<number>
}

/**
 * The users of the plans who are admins and are about to lose that, or their access: somebody has to look who is left.
 */
export function losingAdmins(
  plans: ReadonlyMap<string, EntityPlan>,
  knownOf: KnownOf,
): { readonly id: string; readonly zendeskId: number }[] {
  return [...plans].flatMap(([id, { change }]) => {
    const { applied, zendeskId } = knownOf(id)
    return change?.removal && applied['role'] === 'admin' && zendeskId !== null ? [{ id, zendeskId }] : []
  })
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
 * Being removed are those whom this plan removes, and those whose removal is released and not refused, by any
 * connection. Two connections that plan at the same moment do not see each other's plans, and the ledger does not know
 * who was made an admin by hand since the last full cycle: workers look once more.
 */
export function keepLastAdmin(
  plans: ReadonlyMap<string, EntityPlan>,
  knownOf: KnownOf,
  { active, leaving }: Admins,
): ReadonlyMap<string, EntityPlan> {
  // What was released already can't be kept back.
  const losing = losingAdmins(plans, knownOf).filter(({ zendeskId }) => !leaving.has(zendeskId))
  const lost = new Set([...leaving, ...losing.map(({ zendeskId }) => zendeskId)])
  if (losing.length === 0 || [...active].some((id) => !lost.has(id))) return plans

  const [oldest] = losing.filter(({ zendeskId }) => active.has(zendeskId)).sort((a, b) => a.zendeskId - b.zendeskId)
  const kept = new Set((oldest ? [oldest] : losing).map(({ id }) => id))
  return new Map(
    [...plans].map(([id, plan]) => [id, kept.has(id) ? spare(plan, knownOf(id).applied, LAST_ADMIN) : plan]),
  )
}

/** Asks Zendesk who its active admins are, and the ledgers who of them is on the way out. */
export async function findAdmins(
  { zendesk, redis, account }: { zendesk: Pick<ZendeskClient, 'users'>; redis: RedisClient; account: string },
  signal: AbortSignal,
): Promise<Admins> {
  const active = (await zendesk.users.activeAdmins({ signal })).map((user) => user.id)
  const owners = await readOwners(redis, { account, kind: 'user' }, active)
  const leaving = new Set<number>()
  for (const [i, zendeskId] of active.entries()) {
    const owner = owners[i]
    if (!owner) continue
    const [record] = await new LedgerReader(redis, { account, connection: owner.connection }).records<UserRecord>(
      'user',
      [owner.id],
    )
    if (record && isBeingRemoved(record)) leaving.add(zendeskId)
  }
  return { active: new Set(active), leaving }
}

/** What Zendesk refused takes nothing away. */
function isBeingRemoved({ desired, revision, appliedRevision, rejection }: UserRecord): boolean {
  if (desired === null || rejection !== null || revision <= appliedRevision) return false
  const role = desired.attributes['role']
  return desired.presence !== 'active' || (role !== undefined && role !== 'admin')
}
