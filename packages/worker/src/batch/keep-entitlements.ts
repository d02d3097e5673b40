import { atOnce } from '@provisioner/shared/at-once.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { callOptions, type Batch } from '../entity/open-job.ts'
import { losesSeat, sendsSeat, withoutSeat } from '../entity/loses-seat.ts'
import type { Needs } from '../ports.ts'
import type { UserUpdate } from './update-users.ts'

/** How long Zendesk may take to show a leaver's groups, ms, and all of a batch's: they keep their access until then. */
const LOOK_MS = 2_000
const LOOKS_MS = 10_000

/** Leavers whose groups are read at the same time. */
const WIDTH = 5

/**
 * Keeps what leavers have in Zendesk before their seat is taken, to be given back when they are back. Whose seat
 * Zendesk shows as taken already, by a worker that was killed after that, has it kept since then. Of whom Zendesk does
 * not show it now, only the access is taken: they keep the seat until a cycle asks for it anew.
 *
 * @param shown users as they have just been read, by Zendesk id
 * @returns the updates as they are to be sent, in the same order
 */
export async function keepEntitlements(
  ports: Needs<'ledger' | 'zendesk'>,
  batch: Batch,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User>,
): Promise<UserUpdate[]> {
  const leavers = updates.filter(({ job, sent }) => losesSeat(job.record) && sendsSeat(sent))
  if (leavers.length === 0) return [...updates]
  const signal = AbortSignal.timeout(LOOKS_MS)
  const looks = await atOnce(leavers, WIDTH, (write) => entitlementsOf(ports, batch, write, shown, signal))
  const kept = leavers.flatMap(({ job }, i) => {
    const look = looks[i]!
    return typeof look === 'string' ? [] : [{ id: job.ref.id, entitlements: look }]
  })
  if (kept.length > 0) await ports.ledger.keepEntitlements(kept, batch.token)
  const unknown = leavers.filter((_write, i) => looks[i] === 'not shown')
  for (const { job } of unknown) await ports.ledger.askForPlan(job.ref)
  return updates.map((write) => (unknown.includes(write) ? suspensionAlone(write) : write))
}

async function entitlementsOf(
  { zendesk }: Needs<'zendesk'>,
  batch: Batch,
  { job, body }: UserUpdate,
  shown: ReadonlyMap<number, User>,
  signal: AbortSignal,
): Promise<Entitlements | 'not shown' | 'taken already'> {
  const user = shown.get(job.record.zendeskId!)
  if (!user) return 'not shown'
  const isLight = body['custom_role_id'] != null && user.custom_role_id === body['custom_role_id']
  if (!isTeamRole(user.role ?? null) || isLight) return 'taken already'
  try {
    const groups = await zendesk.memberships.ofUser(user.id, { ...callOptions(batch), timeoutMs: LOOK_MS, signal })
    const defaultGroup = groups.find((one) => one.default)?.group_id ?? user.default_group_id ?? null
    return { attributes: attributesOf(user), groups: groups.map((one) => one.group_id), defaultGroup }
  } catch (error) {
    if (!(error instanceof ZendeskError) && !signal.aborted) throw error
    return 'not shown'
  }
}

/** The role, and what Zendesk takes with it, as far as the user has it. */
function attributesOf(user: User): Entitlements['attributes'] {
  const { role, custom_role_id, agent_brand_ids, ticket_restriction, moderator } = user as User & UserAttributes
  const held = Object.entries({ role, custom_role_id, agent_brand_ids, ticket_restriction, moderator })
  const kept = held.filter(([, value]) => !isEmpty(value as UserAttributes[string]) && value !== false)
  return Object.fromEntries(kept) as Entitlements['attributes']
}

function suspensionAlone(write: UserUpdate): UserUpdate {
  const { applied, job } = write
  if (!applied || !('attributes' in applied)) return write
  const before = job.record.applied!.attributes
  const attributes = { ...before, ...withoutSeat(applied.attributes), role: before['role'] ?? null }
  return {
    ...write,
    body: withoutSeat(write.body),
    sent: write.sent.filter((name) => !sendsSeat([name])),
    applied: { ...applied, attributes },
  }
}
