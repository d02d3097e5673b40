import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { membershipSides, type EntityRef } from '@provisioner/shared/entity.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { idWithin, ownerInAnswer, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { NowReady } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { endSessions } from './end-sessions.ts'
import type { Finished } from './finished.ts'
import { giveBack } from './give-back.ts'
import { settleEntitlements } from './settle-entitlements.ts'

/**
 * Signs out who is suspended, gives back what went with a lost seat, records writes, adds the jobs of memberships
 * that waited for them, takes back the entities' problems, and gives each job its outcome. A link to an object that
 * another entry owns is refused by the ledger, and the write with it: for good, as by Zendesk.
 */
export async function recordWritten(
  ports: Needs<'ledger' | 'records' | 'queues' | 'report' | 'settings' | 'account' | 'zendesk'>,
  finished: readonly Finished[],
  by: string,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  if (finished.length === 0) return outcomes
  const signedIn = await endSessions(
    ports,
    finished.flatMap(({ signsOut }) => signsOut || []),
  )
  const { entitlements, problems } = await settleEntitlements(ports, finished)
  const { answers, ready } = await ports.ledger.record(
    finished.map((one, i) => ({ ...one.written, entitlements: entitlements[i] })),
    by,
  )
  await addReady(ports, ready)
  const solved: { subject: EntityRef['kind']; id: string }[] = []
  for (const [i, { job, written, what }] of finished.entries()) {
    const answer = answers[i] ?? 'stale'
    const owner = ownerInAnswer(answer)
    if (owner) {
      outcomes.set(job.jobId, await refuseOwned(ports, job, written, owner, by))
      continue
    }
    solved.push({ subject: job.ref.kind, id: job.ref.id })
    outcomes.set(
      job.jobId,
      answer === 'stale'
        ? { status: 'superseded', why: 'A newer revision was applied meanwhile' }
        : { status: 'applied', what, zendeskId: written.applied === null ? null : written.zendeskId },
    )
  }
  await ports.report.problems.solve(solved)
  for (const problem of [...signedIn, ...problems]) await ports.report.problems.report(problem, Date.now())
  return outcomes
}

/** Adds the jobs of memberships whose last side was just linked. */
async function addReady(
  { records: ledgerRecords, queues, settings }: Needs<'records' | 'queues' | 'settings'>,
  ready: readonly NowReady[],
): Promise<void> {
  if (ready.length === 0) return
  const records = await ledgerRecords.records(
    'membership',
    ready.map((one) => one.id),
  )
  await queues.add(
    ready.map((one, i) => ({
      ref: { connection: settings.connection, kind: 'membership', id: one.id },
      revision: one.revision,
      operation: 'add member',
      data: { what: records[i]?.label ?? membershipSides(one.id).userId, changed: [] },
    })),
  )
}

/**
 * Gives back an entity whose object is another entry's, with a refusal. What was sent has taken effect there, and stays
 * unconfirmed.
 */
async function refuseOwned(
  ports: Needs<'ledger' | 'records' | 'report' | 'settings' | 'account'>,
  { jobId, ref }: Finished['job'],
  { zendeskId }: Written,
  owner: OwnerRef,
  by: string,
): Promise<Outcome> {
  const { ledger, records, settings } = ports
  const own = idWithin(settings.connection, owner)
  const [record] = await records.records(ref.kind, [ref.id])
  const [holder] = own === undefined ? [] : await records.records(ref.kind, [own])
  if (!record) {
    await ledger.giveBack([ref], by)
    return { status: 'superseded', why: 'The ledger has no such entity any more' }
  }
  // memberships have no owners
  const owners = accountKeys(settings.account).owners(ref.kind === 'group' ? 'group' : 'user')
  const who = describeOwner(owner, { dn: holder?.dn, told: settings.connection })
  const refused: Outcome = {
    status: 'rejected',
    code: 'OWNED_BY_ANOTHER_ENTRY',
    why: `Zendesk's ${ref.kind} ${zendeskId}, which '${record.label}' leads to, belongs to ${who}`,
    todo:
      'Two entries can not share one Zendesk object: change the address, the external id or the name of one of them. ' +
      `Where that entry is no more: redis-cli HDEL ${owners} ${zendeskId}, then retry the job`,
  }
  return giveBack(ports, { jobId, ref, record, sides: { user: null, group: null } }, by, refused, 'unknown')
}
