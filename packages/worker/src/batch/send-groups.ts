import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { AppliedGroup, GroupRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, BatchHold, OpenJob } from './context.ts'
import { describeRefusal } from './describe-refusal.ts'
import { finish, type Finished } from './finish.ts'
import { giveBack } from './give-back.ts'
import { judgeError, rejected } from './judge-error.ts'

/**
 * Creates, renames and deletes groups, one request each: Zendesk has no bulk endpoint for them.
 *
 * A group has no key of its own, so it is always searched by name before a POST: one list serves the whole batch, which
 * has the right to create groups to itself from before the list to its end.
 */
export async function sendGroups(
  context: BatchContext,
  hold: BatchHold,
  jobs: readonly OpenJob<GroupRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (jobs.length === 0) return outcomes
  let listed: Promise<Group[]> | undefined
  const list = () => (listed ??= context.zendesk.groups.list())
  for (const job of jobs) {
    try {
      if (isCreation(job) && !(await context.groupCreation.take(hold.token, context.requestTimeoutMs * 2))) {
        await context.ledger.letGo([job.ref], hold.token)
        outcomes.set(job.jobId, { status: 'later', why: 'Another worker is creating groups in the account', ms: 300 })
        continue
      }
      const [verdict] = await context.ledger.open([job], hold.token, context.requestTimeoutMs * 2)
      const secured =
        verdict?.status === 'open'
          ? await context.ledger.secure([job.ref], hold.token, context.requestTimeoutMs)
          : [false]
      if (!secured[0])
        outcomes.set(job.jobId, { status: 'later', why: 'Its lease ended before the request could go out', ms: 1_000 })
      else {
        const finished = await write(context, hold, job, list)
        if ('status' in finished) outcomes.set(job.jobId, finished)
        else outcomes.set(job.jobId, (await finish(context, [finished], hold.token)).get(job.jobId)!)
      }
    } catch (error) {
      outcomes.set(job.jobId, await judge(context, hold, job, error))
    }
  }
  await context.groupCreation.giveBack(hold.token)
  return outcomes
}

function isCreation({ record }: OpenJob<GroupRecord>): boolean {
  return record.desired?.presence === 'active' && (record.zendeskId === null || record.applied === null)
}

async function write(
  context: BatchContext,
  hold: BatchHold,
  job: OpenJob<GroupRecord>,
  list: () => Promise<Group[]>,
): Promise<Finished | Outcome> {
  const { groups } = context.zendesk
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
  if (desired === null || desired.presence === 'deleted') {
    if (zendeskId !== null) await groups.delete(zendeskId).catch(ignoreMissing)
    return done('deleted', null, null)
  }
  const state: AppliedGroup = { presence: 'active', name: desired.name }
  if (zendeskId !== null && applied !== null) {
    if (applied.name === desired.name) return done('in step', state, zendeskId)
    await groups.update(zendeskId, { name: desired.name })
    return done('renamed', state, zendeskId)
  }

  const same = (await list()).filter((group) => group.name === desired.name)
  const owners = await ownersOf(context, same)
  const free = same.filter((_group, i) => owners[i] === null)
  const refuse = (code: string, why: string, todo: string) =>
    giveBack(context, job, hold.token, rejected(code, why, todo), 'none')
  if (free.length > 1) {
    const why = `Zendesk has ${free.length} groups named '${desired.name}' (${free.map((group) => group.id).join(', ')})`
    return refuse('GROUP_AMBIGUOUS', why, 'Rename or delete all but one of them in Zendesk')
  }
  if (free.length === 0 && same.length > 0) {
    const other = owners.find((owner) => owner !== null) ?? ''
    const [connection = '', id = ''] = other.split('|')
    const why = `Zendesk's group '${desired.name}' (${same[0]!.id}) belongs to entry ${id} of connection '${connection}' already`
    return refuse('GROUP_OWNED', why, 'Give the two directory groups different names')
  }
  const [existing] = free
  if (existing)
    return done(
      job.record.creationIntendedAt === null ? 'linked' : 'created',
      state,
      existing.id,
      job.record.creationIntendedAt === null ? 'adopted' : 'created',
    )
  await context.ledger.secure([job.ref], hold.token, context.requestTimeoutMs, { intent: true })
  const group = await groups.create({ name: desired.name })
  return done('created', state, group.id, 'created')
}

/** Who owns each of the groups, as `connection|directory id`; null for nobody. */
async function ownersOf(context: BatchContext, groups: readonly Group[]): Promise<(string | null)[]> {
  if (groups.length === 0) return []
  return context.ownersOf(
    accountKeys(context.account).owners('group'),
    groups.map((group) => group.id),
  )
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
    return { status: 'later', why: `Zendesk has no group ${job.record.zendeskId} any more; it is looked for`, ms: 500 }
  }
  if (error instanceof ZendeskError && error.problem.kind === 'invalid')
    return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
  const { outcome, effect } = judgeError(error)
  return giveBack(context, job, hold.token, outcome, effect)
}
