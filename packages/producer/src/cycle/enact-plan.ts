import { partsOf } from '@provisioner/shared/at-once.ts'
import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { groupOwned } from '@provisioner/shared/adoption/group-name.ts'
import { userOwned } from '@provisioner/shared/adoption/user-owned.ts'
import type { ChangeJob, ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { formatEntityMember, parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { ownerInAnswer, type OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import type { Link, Release } from '@provisioner/shared/ledger/planned.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { noteUnreadable } from './note-unreadable.ts'

/** Jobs of one cycle beyond this are left to the next: a queue is no store, and the ledger forgets nothing. */
const MOST_JOBS = 50_000

/** How many changes are released at a time, while the jobs of the ones before are added: memory has no more of both. */
const AT_A_TIME = 2_000

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
  const recorded = recordedWith(plan)
  const answers = await ledger.link(plan.links.map(recorded.ofLink))
  for (const [i, link] of plan.links.entries()) {
    const answer = answers[i] ?? 'busy'
    if (answer === 'linked' && link.inSync) inSync.push({ subject: link.kind, id: link.id })
    if (answer === 'linked' || answer === 'unlinked') continue
    blocked.add(formatEntityMember(link))
    const owner = ownerInAnswer(answer)
    if (owner) problems.push(await ownedByAnother(link, owner, reader))
  }

  const added = new Set<string>()
  const isFree = (change: Change) => !blocked.has(formatEntityMember(change))
  const free = blocked.size > 0 ? plan.released.filter(isFree) : plan.released
  let room = MOST_JOBS
  let adding: Promise<void> = Promise.resolve()
  try {
    for (const part of partsOf(free, AT_A_TIME)) {
      const revisions = await ledger.release(part.map(recorded.ofChange))
      const jobs = part.flatMap((change, i) => {
        const member = formatEntityMember(change)
        if (!revisions[i]) blocked.add(member)
        if (revisions[i]?.ready) added.add(member)
        return revisions[i]?.ready ? [jobOf(change, revisions[i].revision, ledger)] : []
      })
      // one after the other: events of BullMQ's are trimmed wrongly when jobs are added twice at once
      await adding
      adding = queues.add(jobs.slice(0, room))
      adding.catch(() => undefined) // thrown when it is waited for
      room = Math.max(0, room - jobs.length)
    }
    await adding
  } finally {
    await adding.catch(() => undefined)
  }
  await noteUnreadable(reader, blocked)

  // Who is blocked is looked at again, though their entry may read as it did before.
  await ledger.answerUsers(recorded.others, [...plan.unanswered, ...[...blocked].flatMap(userOf)])
  // Zendesk holds by itself what an earlier write was refused.
  await ledger.notes.solveWrites(inSync)
  await ledger.notes.claim(plan.claims, now)
  return { added, problems }
}

function jobOf({ kind, id, operation, label, changed }: Change, revision: number, { connection }: CycleLedger) {
  return { ref: { connection, kind, id }, revision, operation, data: { what: label, changed } } satisfies ChangeJob
}

/**
 * What is recorded in one step with the plan's links and changes: a user's fingerprint with their change, else with
 * their link, what the guard counts, and the approvals that are used up. `others` are the fingerprints of users who
 * have neither.
 */
function recordedWith({ links, released, counted, approvals, decisions, answered }: CyclePlan) {
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
  const users = (some: readonly EntityName[]) => new Set(some.flatMap(({ kind, id }) => (kind === 'user' ? id : [])))
  const [changing, linking] = [users(released), users(links)]
  return {
    ofLink: (link: CyclePlan['links'][number]): Link => ({
      ...link,
      approvals: textsOf(ofLinks.get(formatEntityMember(link))),
      // What is found out and not released yet must not be lost with the cycle: until then nothing answers the entry.
      seen: link.kind === 'user' && changing.has(link.id) ? '' : printOf(link),
    }),
    ofChange: (change: Change): Release => ({
      ...change,
      cause: change.removal?.cause,
      seen: printOf(change),
      counts: counts.get(formatEntityMember(change))?.map(({ category }) => category),
      approvals: textsOf(ofChanges.get(formatEntityMember(change))),
    }),
    others: new Map(answered.entries().filter(([id]) => !changing.has(id) && !linking.has(id))),
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
