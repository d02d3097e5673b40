import { describeNameRefusal, judgeGroupName } from '@provisioner/shared/adoption/group-name.ts'
import type { AppliedGroup, GroupRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { giveBack } from '../entity/give-back.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import type { Batch, OpenJob } from '../entity/open-job.ts'
import type { Finished } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import { reopen } from '../entity/reopen.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { rejected } from '../remedies/plain-outcome.ts'
import { protectedMember } from '../remedies/protected-user.ts'
import { attempt, type WritePorts } from '../write/attempt.ts'
import { GroupNames, type NameHolder } from './group-names.ts'

/** A group whose name another one has that is about to give it up. */
const NAME_IN_USE = 'name in use' as const

/**
 * Creates, renames and deletes groups, one request each: Zendesk has no bulk endpoint for them.
 *
 * A group has no key of its own, so its name is always searched before it is given: one list serves the whole batch,
 * which has the right to give names to itself from before the list to its end.
 */
export async function sendGroups(
  ports: WritePorts,
  batch: Batch,
  jobs: readonly OpenJob<GroupRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (jobs.length === 0) return outcomes
  await using names = new GroupNames(ports, batch.token)
  for (let left = jobs; ;) {
    const waiting: OpenJob<GroupRecord>[] = []
    for (const job of left) {
      const outcome = await sendGroup(ports, batch, job, names)
      if (outcome === NAME_IN_USE) waiting.push(job)
      else outcomes.set(job.jobId, outcome)
    }
    if (waiting.length > 0 && waiting.length < left.length) {
      left = waiting
      continue
    }
    for (const job of waiting) {
      await ports.ledger.giveBack([job.ref], batch.token)
      outcomes.set(job.jobId, {
        status: 'later',
        why: 'Another group has yet to give up its name',
        ms: WAITS.anotherWriteMs,
      })
    }
    break
  }
  return outcomes
}

async function sendGroup(
  ports: WritePorts,
  batch: Batch,
  job: OpenJob<GroupRecord>,
  names: GroupNames,
): Promise<Outcome | typeof NAME_IN_USE> {
  const { desired, applied } = job.record
  if (desired?.presence === 'active' && !(await names.takeRight())) {
    await ports.ledger.giveBack([job.ref], batch.token)
    return { status: 'later', why: 'Another worker is naming groups in the account', ms: WAITS.namingMs }
  }
  const moved = await reopen(ports, batch, job)
  if (moved) return moved
  const call = desired?.presence !== 'active' ? 'groups delete' : applied === null ? 'groups create' : 'groups rename'
  const options = leasedRequest(ports, batch, job.ref)
  const ended = await attempt(ports, { call, job, by: batch.token, options }, () => write(ports, batch, job, names))
  if ('outcome' in ended) return ended.outcome
  const finished = 'sent' in ended ? ended.sent : deleted(job)
  if (finished === NAME_IN_USE || 'status' in finished) return finished
  return (await recordWritten(ports, [finished], batch.token)).get(job.jobId)!
}

/** A group that somebody else has deleted before. */
function deleted(job: OpenJob<GroupRecord>): Finished {
  const { ref, record } = job
  const { revision, origin, zendeskId } = record
  return {
    job,
    what: 'deleted',
    written: { ref, revision, applied: null, zendeskId, origin, suspendedByUs: false },
  }
}

async function write(
  ports: WritePorts,
  batch: Batch,
  job: OpenJob<GroupRecord>,
  names: GroupNames,
): Promise<Finished | Outcome | typeof NAME_IN_USE> {
  const { groups } = ports.zendesk
  const options = leasedRequest(ports, batch, job.ref)
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
      const kept = await protectedMember(ports, job.record.label, id)
      if (kept) return giveBack(ports, job, batch.token, kept, 'none')
      await groups.delete(id, options)
      await names.wrote(id, null)
    }
    return deleted(job)
  }
  const state: AppliedGroup = { presence: 'active', name: desired.name }
  const linked = applied === null ? null : zendeskId
  if (linked !== null && (await names.nameOf(linked)) === desired.name) return done('in sync', state, linked)

  const holders = await names.holders(desired.name, linked)
  const verdict = judgeGroupName(holders, { isLinked: linked !== null })
  if (verdict.status === 'refused') {
    const { code, what, todo } = describeNameRefusal(verdict, { name: desired.name, current: applied?.name })
    return giveBack(ports, job, batch.token, rejected(code, what, todo), 'none')
  }

  if (linked !== null) {
    if (holders.length > 0 && !(await names.waitForOneAnother(linked, desired.name))) return NAME_IN_USE
    const renamed = await rename(ports, options, linked, { name: desired.name, isRing: holders.length > 0 })
    await names.wrote(linked, renamed)
    if (renamed === desired.name) return done('renamed', state, linked)
    const parked = { ...done('renamed', { presence: 'active', name: renamed }, linked, null).written, linkOnly: true }
    await ports.ledger.record([parked], batch.token)
    return NAME_IN_USE
  }
  if (verdict.status === 'free' && holders.length > 0) return NAME_IN_USE
  const existing = verdict.status === 'link' ? verdict.group : lost
  if (existing) {
    if (existing.name !== desired.name) await groups.update(existing.zendeskId, { name: desired.name }, options)
    await names.wrote(existing.zendeskId, desired.name)
    // one that has the name since our own went is nobody's creation
    const created = job.record.creationSent !== null
    return done(created ? 'created' : 'linked', state, existing.zendeskId, created ? 'created' : 'adopted')
  }
  const creation = leasedRequest(ports, batch, job.ref, {
    creation: { name: desired.name, externalId: null },
    more: () => names.keepRight(),
  })
  const group = await groups.create({ name: desired.name, ...desired.atCreation }, creation)
  await names.wrote(group.id, group.name)
  return done('created', state, group.id, 'created')
}

/**
 * What a creation made whose answer was lost, under the name it had then: the entry may have another one by now, or
 * have left.
 */
async function lostCreation({ creationSent }: GroupRecord, names: GroupNames): Promise<NameHolder | null> {
  if (creationSent === null) return null
  const holders = await names.holders(creationSent.name, null)
  const [one, ...others] = holders.filter((holder) => holder.owner === null)
  return one !== undefined && others.length === 0 ? one : null
}

/**
 * Renames a group, and says what it is called then. Where the name is in a ring of groups that wait for one another,
 * and Zendesk wants names to differ, it steps out of the ring with a name of its own: the others can move up then.
 */
async function rename(
  { zendesk }: Needs<'zendesk'>,
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
