import { atOnce } from '@provisioner/shared/at-once.ts'
import { awaiting } from '@provisioner/shared/ledger/entitlements.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { LeaseLostError } from '../entity/lease-lost-error.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import { mappedDefault } from '../entity/mapped-default.ts'
import { callOptions, type Batch } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import type { UserPrepared } from '../write/operation.ts'
import type { UserUpdate } from './update-users.ts'

/** What a batch may wait for its users' groups, ms, and how much longer for each: what else changes of them waits. */
const WAIT_MS = 10_000
const EACH_MS = 800

/** Users whose default groups are set at the same time. */
const WIDTH = 5

/**
 * Sets the default groups of agents who are in them. It is a request of its own, by which nothing else of the user can
 * fail: only a member can have a group as the default one (official OpenAPI file, `GroupMembershipSetDefault`). Who is
 * not in theirs, or of whom Zendesk does not say it now, waits for it: it comes with the membership, or by a later
 * cycle, which looks at the group.
 *
 * @returns the updates as they are to be sent, in the same order
 */
export async function setDefaultGroups(
  ports: Needs<'ledger' | 'settings' | 'zendesk'>,
  batch: Batch,
  updates: readonly UserUpdate[],
): Promise<UserUpdate[]> {
  const concerned = updates.filter(({ body }) => body[DEFAULT_GROUP] !== undefined)
  if (concerned.length === 0) return [...updates]
  const signal = AbortSignal.timeout(WAIT_MS + EACH_MS * concerned.length)
  const answers = await atOnce(concerned, WIDTH, (write) => isSet(ports, batch, write, signal))
  return updates.map((write) => {
    const at = concerned.indexOf(write)
    if (at === -1) return write
    const { [DEFAULT_GROUP]: _ours, ...body } = write.body
    return answers[at] ? { ...write, body } : awaitingDefault({ ...write, body })
  })
}

/** The write, with what is kept of the default group that its user waits for; as it is where there is none. */
export function awaitingDefault<W extends UserPrepared>(write: W): W {
  const group = mappedDefault(write.applied)
  return group === undefined ? write : { ...write, entitlements: JSON.stringify(awaiting(group)) }
}

async function isSet(
  ports: Needs<'ledger' | 'settings' | 'zendesk'>,
  batch: Batch,
  { job, body }: UserUpdate,
  signal: AbortSignal,
): Promise<boolean> {
  const { memberships } = ports.zendesk
  try {
    const all = await memberships.ofUser(job.record.zendeskId!, { ...callOptions(batch), signal })
    const place = all.find((one) => one.group_id === body[DEFAULT_GROUP])
    if (!place) return false
    const options = { ...leasedRequest(ports, batch, job.ref, { sent: [DEFAULT_GROUP] }), signal }
    if (!place.default) await memberships.makeDefault(place, options)
    return true
  } catch (error) {
    // whatever else is written of them finds that the lease is lost
    if (error instanceof ZendeskError || error instanceof LeaseLostError || signal.aborted) return false
    throw error
  }
}
