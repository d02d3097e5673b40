import { atOnce } from '@provisioner/shared/at-once.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { isWhole, type Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import { isWithheld, ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { LEASE_SLACK_MS } from '../entity/lease-times.ts'
import { callOptions, isUnchanged, type Batch } from '../entity/open-job.ts'
import { losesSeat, sendsSeat, withoutSeat } from '@provisioner/shared/loses-seat.ts'
import type { Needs } from '../ports.ts'
import type { UserUpdate } from './update-users.ts'

/**
 * How long Zendesk may take to show what a leaver has, ms, and what a batch has, with how much longer for each further
 * leaver: they keep their access until then. A plan of 200 requests a minute, less the reserve, answers one every
 * 375 ms, and each leaver takes two.
 */
const LOOK_MS = 2_000
const LOOKS_MS = 10_000
const EACH_MS = 800

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
  ports: Needs<'ledger' | 'records' | 'settings' | 'zendesk'>,
  batch: Batch,
  updates: readonly UserUpdate[],
  shown: ReadonlyMap<number, User>,
): Promise<UserUpdate[]> {
  const leavers = updates.filter(({ job, sent }) => losesSeat(job.record) && sendsSeat(sent))
  if (leavers.length === 0) return [...updates]
  const signal = AbortSignal.timeout(LOOKS_MS + EACH_MS * (leavers.length - 1))
  const looks = await atOnce(leavers, WIDTH, (write) => entitlementsOf(ports, batch, write, shown, signal))
  const kept = await keep(ports, batch, leavers, looks)
  const unknown = leavers.filter((write, i) => looks[i] !== 'taken already' && !kept.has(write))
  for (const { job } of unknown) await ports.ledger.askForPlan(job.ref)
  return updates.map((write) => {
    const entitlements = kept.get(write)
    if (entitlements) return { ...write, entitlements: JSON.stringify(entitlements) }
    return unknown.includes(write) ? suspensionAlone(write) : write
  })
}

/**
 * Keeps what was looked at. Looking may have taken as long as a lease: they are taken anew first, and of whom somebody
 * else has by now nothing is kept. Who is a light agent by us was something else before: that stays what they had.
 */
async function keep(
  { ledger, records, settings }: Needs<'ledger' | 'records' | 'settings'>,
  batch: Batch,
  leavers: readonly UserUpdate[],
  looks: readonly Look[],
): Promise<Map<UserUpdate, Entitlements>> {
  const found = leavers.flatMap((write, i) => {
    const look = looks[i]!
    return typeof look === 'string' ? [] : [{ write, look }]
  })
  if (found.length === 0) return new Map()
  const jobs = found.map(({ write }) => write.job)
  const verdicts = await ledger.open(jobs, batch.token, settings.requestTimeoutMs + LEASE_SLACK_MS)
  const before = await records.entitlementsOf(jobs.map(({ ref }) => ref.id))
  const own = found.flatMap(({ write, look }, i) => {
    if (!isUnchanged(verdicts[i], write.job)) return []
    const earlier = before[i]
    const isTakenAnew = write.job.record.suspendedByUs && earlier !== undefined && isWhole(earlier)
    const attributes = isTakenAnew ? { ...look.attributes, ...earlier.attributes } : look.attributes
    return [{ write, entitlements: { ...look, attributes } }]
  })
  const answers = await ledger.keepEntitlements(
    own.map(({ write, entitlements }) => ({ id: write.job.ref.id, entitlements })),
    batch.token,
  )
  return new Map(own.flatMap(({ write, entitlements }, i) => (answers[i] ? [[write, entitlements] as const] : [])))
}

type Look = Entitlements | 'not shown' | 'taken already'

async function entitlementsOf(
  { zendesk }: Needs<'zendesk'>,
  batch: Batch,
  { job, body }: UserUpdate,
  shown: ReadonlyMap<number, User>,
  signal: AbortSignal,
): Promise<Look> {
  const user = shown.get(job.record.zendeskId!)
  if (!user) return 'not shown'
  const isLight = body['custom_role_id'] != null && user.custom_role_id === body['custom_role_id']
  if (!isTeamRole(user.role ?? null) || isLight) return 'taken already'
  try {
    const options = { ...callOptions(batch), timeoutMs: LOOK_MS, signal }
    const groups = await zendesk.memberships.ofUser(user.id, options)
    const defaultGroup = groups.find((one) => one.default)?.group_id ?? user.default_group_id ?? null
    // light agents stay in their brands
    const brands = isTeamRole(body['role']) ? [] : await brandsOf(zendesk, user.id, options)
    const attributes = { ...attributesOf(user), ...(brands.length > 0 && { agent_brand_ids: brands }) }
    return { attributes, groups: groups.map((one) => one.group_id), defaultGroup }
  } catch (error) {
    if (!(error instanceof ZendeskError) && !signal.aborted) throw error
    return 'not shown'
  }
}

/** The brands of a team member; none where Zendesk does not let them be read, as on a plan without brands. */
async function brandsOf(zendesk: Needs<'zendesk'>['zendesk'], id: number, options: CallOptions): Promise<number[]> {
  return zendesk.brands.ofUser(id, options).catch((error: unknown) => {
    if (isWithheld(error)) return []
    throw error
  })
}

/** The role, and what Zendesk takes with it, as far as the user has it. */
function attributesOf(user: User): Entitlements['attributes'] {
  const { role, custom_role_id, ticket_restriction, moderator } = user as User & UserAttributes
  const held = Object.entries({ role, custom_role_id, ticket_restriction, moderator })
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
