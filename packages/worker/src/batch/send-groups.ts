import { describeNameRefusal, judgeGroupName } from '@provisioner/shared/adoption/group-name.ts'
import type { AppliedGroup, GroupRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Outcome } from '../outcome.ts'
import { isUnchanged, type BatchContext, type BatchHold, type OpenJob } from './context.ts'
import { deletionRefusal, describeRefusal } from './describe-refusal.ts'
import { finish, type Finished } from './finish.ts'
import { giveBack } from './give-back.ts'
import { heldWrite } from './held-write.ts'
import { GroupNames, type NameHolder } from './group-names.ts'
import { judgeError, rejected } from './judge-error.ts'
import { protectedMember } from './shielded.ts'

/** A group whose name another one has that is about to give it up. */
const WAITS = 'waits' as const
const WAIT_MS = 1_000

/**
 * Creates, renames and deletes groups, one request each: Zendesk has no bulk endpoint for them.
 *
 * A group has no key of its own, so its name is always searched before it is given: one list serves the whole batch,
 * which has the right to give names to itself from before the list to its end.
 */
export async function sendGroups(
  context: BatchContext,
  hold: BatchHold,
  jobs: readonly OpenJob<GroupRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (jobs.length === 0) return outcomes
  await using names = new GroupNames(context, hold.token)
  for (let left = jobs; ;) {
    const waiting: OpenJob<GroupRecord>[] = []
    for (const job of left) {
      const outcome = await attempt(context, hold, job, names)
      if (outcome === WAITS) waiting.push(job)
      else outcomes.set(job.jobId, outcome)
    }
    if (waiting.length > 0 && waiting.length < left.length) {
      left = waiting
      continue
    }
    for (const job of waiting) {
      await context.ledger.letGo([job.ref], hold.token)
      outcomes.set(job.jobId, { status: 'later', why: 'Another group has yet to give up its name', ms: WAIT_MS })
    }
    break
  }
  return outcomes
}

async function attempt(
  context: BatchContext,
  hold: BatchHold,
  job: OpenJob<GroupRecord>,
  names: GroupNames,
): Promise<Outcome | typeof WAITS> {
  const leaseMs = context.requestTimeoutMs * 2
  try {
    if (job.record.desired?.presence === 'active' && !(await names.takeRight())) {
      await context.ledger.letGo([job.ref], hold.token)
      return { status: 'later', why: 'Another worker is naming groups in the account', ms: 300 }
    }
    const [verdict] = await context.ledger.open([job], hold.token, leaseMs)
    const isOurs =
      isUnchanged(verdict, job) && (await context.ledger.secure([job.ref], hold.token, context.requestTimeoutMs))[0]
    if (!isOurs) {
      await context.ledger.letGo([job.ref], hold.token)
      return { status: 'later', why: 'It was written anew before the request could go out', ms: 1_000 }
    }
    const finished = await write(context, hold, job, names)
    if (finished === WAITS || 'status' in finished) return finished
    return (await finish(context, [finished], hold.token)).get(job.jobId)!
  } catch (error) {
    return judge(context, hold, job, error)
  }
}

async function write(
  context: BatchContext,
  hold: BatchHold,
  job: OpenJob<GroupRecord>,
  names: GroupNames,
): Promise<Finished | Outcome | typeof WAITS> {
  const { groups } = context.zendesk
  const options = heldWrite(context, hold, job.ref)
  const { desired, applied, zendeskId, revision, origin } = job.record
  const done = (
    what: string,
    state: AppliedGroup | null,
    id: number | null,
    from: 'created' | 'adopted' | null = origin,
  ): Finished => ({
    job,
    what,
    written: { ref: job.ref, revision, applied: state, zendeskId: id, origin: from, suspendedByUs: false },
  })
  const lost = applied === null ? await lostCreation(job.record, names) : null
  if (desired === null || desired.presence === 'deleted') {
    const id = zendeskId ?? lost?.zendeskId
    if (id != null) {
      const kept = await protectedMember(context, job.record.label, id)
      if (kept) return giveBack(context, job, hold.token, kept, 'none')
      await groups.delete(id, options).catch(ignoreMissing)
      await names.wrote(id, null)
    }
    return done('deleted', null, null)
  }
  const state: AppliedGroup = { presence: 'active', name: desired.name }
  const linked = applied === null ? null : zendeskId
  if (linked !== null && (await names.nameOf(linked)) === desired.name) return done('in step', state, linked)

  const holders = await names.holders(desired.name, linked)
  const verdict = judgeGroupName(holders, { isLinked: linked !== null })
  if (verdict.status === 'refused') {
    const { code, what, todo } = describeNameRefusal(verdict, { name: desired.name, current: applied?.name })
    return giveBack(context, job, hold.token, rejected(code, what, todo), 'none')
  }

  if (linked !== null) {
    if (holders.length > 0 && !(await names.waitForOneAnother(linked, desired.name))) return WAITS
    const renamed = await rename(context, options, linked, { name: desired.name, isRing: holders.length > 0 })
    await names.wrote(linked, renamed)
    if (renamed === desired.name) return done('renamed', state, linked)
    const parked = { ...done('renamed', { presence: 'active', name: renamed }, linked, null).written, linkOnly: true }
    await context.ledger.record([parked], hold.token)
    return WAITS
  }
  if (verdict.status === 'free' && holders.length > 0) return WAITS
  const existing = verdict.status === 'link' ? verdict.group : lost
  if (existing) {
    if (existing.name !== desired.name) await groups.update(existing.zendeskId, { name: desired.name }, options)
    await names.wrote(existing.zendeskId, desired.name)
    const created = job.record.creationIntended !== null
    return done(created ? 'created' : 'linked', state, existing.zendeskId, created ? 'created' : 'adopted')
  }
  const creation = heldWrite(context, hold, job.ref, {
    intent: { name: desired.name, externalId: null },
    more: () => names.keepRight(),
  })
  const group = await groups.create({ name: desired.name }, creation)
  await names.wrote(group.id, group.name)
  return done('created', state, group.id, 'created')
}

/** What a creation made whose answer was lost, under the name it had then: the entry may have another one by now, or have left. */
async function lostCreation({ creationIntended }: GroupRecord, names: GroupNames): Promise<NameHolder | null> {
  if (!creationIntended?.name) return null
  const holders = await names.holders(creationIntended.name, null)
  const [one, ...others] = holders.filter((holder) => holder.owner === null)
  return one !== undefined && others.length === 0 ? one : null
}

/**
 * Renames a group, and says what it is called then. Where the name is in a ring of groups that wait for one another, and
 * Zendesk wants names to differ, it steps out of the ring with a name of its own: the others can move up then.
 */
async function rename(
  { zendesk }: BatchContext,
  options: CallOptions,
  zendeskId: number,
  { name, isRing }: { name: string; isRing: boolean },
): Promise<string> {
  try {
    await zendesk.groups.update(zendeskId, { name }, options)
    return name
  } catch (error) {
    if (!isRing || !(error instanceof ZendeskError && error.problem.kind === 'invalid')) throw error
    const aside = `${name.slice(0, 200)} (${zendeskId})`
    await zendesk.groups.update(zendeskId, { name: aside }, options)
    return aside
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ZendeskError && error.problem.kind === 'not found')) throw error
}

async function judge(
  context: BatchContext,
  hold: BatchHold,
  job: OpenJob<GroupRecord>,
  error: unknown,
): Promise<Outcome> {
  if (error instanceof ZendeskError && error.problem.kind === 'not found') {
    await context.ledger.unlink(job.ref, hold.token)
    const why = `Zendesk has no group ${job.record.zendeskId} any more (${error.message}); it is looked for`
    return { status: 'retry', why }
  }
  const deleting = job.record.desired?.presence === 'deleted' && job.record.zendeskId !== null
  if (deleting && error instanceof ZendeskError && ['forbidden', 'invalid'].includes(error.problem.kind)) {
    const group = await context.zendesk.groups.show(job.record.zendeskId).catch(() => undefined)
    const refusal = deletionRefusal(job.record.label, error.message, group?.default === true)
    if (refusal) return giveBack(context, job, hold.token, rejected(...refusal), 'none')
  }
  if (error instanceof ZendeskError && error.problem.kind === 'invalid')
    return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
  const { outcome, effect } = judgeError(error)
  return giveBack(context, job, hold.token, outcome, effect)
}
