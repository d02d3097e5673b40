import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { groupOwned } from '@provisioner/shared/adoption/group-name.ts'
import { userOwned } from '@provisioner/shared/adoption/user-owned.ts'
import type { ChangeJob, ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { formatEntityMember, parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { ownerInAnswer, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { noteUnreadable } from './note-unreadable.ts'

/** Jobs of one cycle beyond this are left to the next: a queue is no store, and the ledger forgets nothing. */
const MOST_JOBS = 50_000

/**
 * Carries a plan out: links, then desired states, then jobs, each recorded before what depends on it. Killed anywhere,
 * the next cycle finds what was released and has no job, and adds it.
 *
 * @throws FencedError when a newer cycle has begun
 */
export async function enactPlan(
  plan: CyclePlan,
  { ledger, reader, queues }: { ledger: CycleLedger; reader: LedgerReader; queues: ChangeQueues },
  now: number,
): Promise<{ added: ReadonlySet<string>; problems: Problem[] }> {
  const problems: Problem[] = []
  const blocked = new Set<string>()
  const inSync: Pick<Problem, 'subject' | 'id'>[] = []
  const { links, changes, others } = withPrints(plan)
  const answers = await ledger.link(links)
  for (const [i, link] of links.entries()) {
    const answer = answers[i] ?? 'busy'
    if (answer === 'linked' && link.inSync) inSync.push({ subject: link.kind, id: link.id })
    if (answer === 'linked' || answer === 'unlinked') continue
    blocked.add(formatEntityMember(link))
    const owner = ownerInAnswer(answer)
    if (owner) problems.push(await ownedByAnother(link, owner, reader))
  }

  const free = changes.filter((change) => !blocked.has(formatEntityMember(change)))
  const revisions = await ledger.release(free)
  const jobs: ChangeJob[] = free.flatMap((change, i) => {
    const released = revisions[i]
    if (!released) blocked.add(formatEntityMember(change))
    if (!released?.ready) return []
    const ref = { connection: ledger.connection, kind: change.kind, id: change.id }
    const data = { what: change.label, changed: change.changed }
    return [{ ref, revision: released.revision, operation: change.operation, data }]
  })
  await queues.add(jobs.slice(0, MOST_JOBS))
  await noteUnreadable(reader, blocked)

  // Who is blocked is looked at again, though their entry may read as it did before.
  await ledger.answerUsers(others, [...plan.unanswered, ...[...blocked].flatMap(userOf)])
  // Zendesk holds by itself what an earlier write was refused.
  await ledger.notes.solveWrites(inSync)
  await ledger.notes.claim(plan.claims, now)
  return { added: new Set(jobs.map((job) => formatEntityMember(job.ref))), problems }
}

/**
 * The plan's links and changes with what is recorded in one step with them: a user's fingerprint with their change,
 * else with their link, what the guard counts, and the approvals that are used up. `others` are the fingerprints of
 * users who have neither.
 */
function withPrints({ links, released, counted, approvals, decisions, answered }: CyclePlan) {
  const printOf = (one: EntityName) => (one.kind === 'user' ? answered.get(one.id) : undefined)
  const byKind = (isLink: boolean) =>
    Map.groupBy(
      approvals.filter(({ of }) => 'operation' in of !== isLink),
      ({ of }) => formatEntityMember(of),
    )
  const textsOf = (some: CyclePlan['approvals'] | undefined) =>
    some?.map(({ key }) => ({ key, text: JSON.stringify(decisions.get(key)) }))
  const [ofLinks, ofChanges] = [byKind(true), byKind(false)]
  const counts = Map.groupBy(counted, ({ change }) => formatEntityMember(change))
  const changing = new Set(released.map(formatEntityMember))
  const recorded = new Set([...changing, ...links.map(formatEntityMember)])
  return {
    links: links.map((link) => ({
      ...link,
      approvals: textsOf(ofLinks.get(formatEntityMember(link))),
      ...(!changing.has(formatEntityMember(link)) && { seen: printOf(link) }),
    })),
    changes: released.map((change) => ({
      ...change,
      seen: printOf(change),
      counts: counts.get(formatEntityMember(change))?.map(({ category }) => category),
      approvals: textsOf(ofChanges.get(formatEntityMember(change))),
    })),
    others: new Map([...answered].filter(([id]) => !recorded.has(formatEntityMember({ kind: 'user', id })))),
  }
}

function userOf(member: string): string[] {
  const { kind, id } = parseEntityMember(member)
  return kind === 'user' ? [id] : []
}

async function ownedByAnother(
  { kind, id, dn, label, zendeskId }: CyclePlan['links'][number],
  owner: OwnerRef,
  reader: LedgerReader,
): Promise<Problem> {
  const [record] = owner.connection === reader.connection ? await reader.records(kind, [owner.id]) : []
  const who = describeOwner(owner, { dn: record?.dn, told: reader.connection })
  const about = { subject: kind, id, dn }
  return kind === 'user'
    ? { ...about, attribute: 'email', ...userOwned({ value: label, zendeskId: zendeskId!, owner: who }) }
    : { ...about, attribute: 'name', ...groupOwned({ name: label, zendeskId, owner: who }) }
}
