import type { ChangeJob, ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Kind } from '@provisioner/shared/entity.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { accountKeys, connectionKeys, parseEntityMember } from '@provisioner/shared/ledger/keys.ts'
import { writeKey } from '@provisioner/shared/ledger/problem-store.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { noteUnreadable } from './note-unreadable.ts'

/** Jobs of one cycle beyond this are left to the next: a queue is no store, and the ledger forgets nothing. */
const MOST_JOBS = 50_000

/**
 * Carries a plan out: links, then desired states, then jobs, each recorded before what depends on it. Killed anywhere, the
 * next cycle finds what was released and has no job, and adds it.
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
  const inStep: Pick<Problem, 'subject' | 'id'>[] = []
  const { links, changes, others } = withPrints(plan)
  const answers = await ledger.link(links)
  for (const [i, link] of links.entries()) {
    const answer = answers[i] ?? 'busy'
    if (answer === 'linked' && link.inStep) inStep.push({ subject: link.kind, id: link.id })
    if (answer === 'linked' || answer === 'unlinked') continue
    blocked.add(keyOf(link))
    if (answer.startsWith('owned by '))
      problems.push(await ownedByAnother(link, answer.slice('owned by '.length), reader))
  }

  const free = changes.filter((change) => !blocked.has(keyOf(change)))
  const revisions = await ledger.release(free)
  const jobs: ChangeJob[] = free.flatMap((change, i) => {
    const released = revisions[i]
    if (!released) blocked.add(keyOf(change))
    if (!released?.ready) return []
    const ref = { connection: ledger.connection, kind: change.kind, id: change.id }
    const data = { what: change.label, changed: change.changed }
    return [{ ref, revision: released.revision, operation: change.operation, data }]
  })
  await queues.add(jobs.slice(0, MOST_JOBS))
  await noteUnreadable(reader, blocked)

  const keys = connectionKeys(ledger.connection)
  await ledger.write([
    ...[...plan.claims].map(
      ([zendeskId, id]) =>
        ['HSET', accountKeys(ledger.account).claims, String(zendeskId), `${ledger.connection}|${id}|${now}`] as const,
    ),
    ...others.map(([id, print]) => ['HSET', keys.seen('user'), id, print] as const),
    // Who is blocked is looked at again, though their entry may read as it did before.
    ...[...plan.unanswered, ...[...blocked].flatMap(userOf)].map((id) => ['HDEL', keys.seen('user'), id] as const),
    // Zendesk holds by itself what an earlier write was refused.
    ...inStep.map((one) => ['HDEL', keys.problems, writeKey(one)] as const),
  ])
  return { added: new Set(jobs.map((job) => keyOf(job.ref))), problems }
}

/**
 * The plan's links and changes with what is recorded in one step with them: a user's fingerprint with their change, else with
 * their link, what the guard counts, and the approvals that are used up. `others` are the fingerprints of users who have neither.
 */
function withPrints({ links, released, counted, approvals, decisions, answered }: CyclePlan) {
  const printOf = (one: Subject) => (one.kind === 'user' ? answered.get(one.id) : undefined)
  const byKind = (isLink: boolean) =>
    Map.groupBy(
      approvals.filter(({ of }) => 'operation' in of !== isLink),
      ({ of }) => keyOf(of),
    )
  const textsOf = (some: CyclePlan['approvals'] | undefined) =>
    some?.map(({ key }) => ({ key, text: JSON.stringify(decisions.get(key)) }))
  const [ofLinks, ofChanges] = [byKind(true), byKind(false)]
  const counts = Map.groupBy(counted, ({ change }) => keyOf(change))
  const changing = new Set(released.map(keyOf))
  const recorded = new Set([...changing, ...links.map(keyOf)])
  return {
    links: links.map((link) => ({
      ...link,
      approvals: textsOf(ofLinks.get(keyOf(link))),
      ...(!changing.has(keyOf(link)) && { seen: printOf(link) }),
    })),
    changes: released.map((change) => ({
      ...change,
      seen: printOf(change),
      counts: counts.get(keyOf(change))?.map(({ category }) => category),
      approvals: textsOf(ofChanges.get(keyOf(change))),
    })),
    others: [...answered].filter(([id]) => !recorded.has(`user|${id}`)),
  }
}

type Subject = { readonly kind: Kind; readonly id: string }

function keyOf({ kind, id }: Subject): string {
  return `${kind}|${id}`
}

function userOf(member: string): string[] {
  const { kind, id } = parseEntityMember(member)
  return kind === 'user' ? [id] : []
}

async function ownedByAnother(link: CyclePlan['links'][number], owner: string, reader: LedgerReader): Promise<Problem> {
  const [connection = '', id = ''] = owner.split('|')
  const [record] = connection === reader.connection ? await reader.records(link.kind, [id]) : []
  const who = record ? record.dn : `entry ${id} of connection '${connection}'`
  const isUser = link.kind === 'user'
  return {
    code: isUser ? 'EMAIL_OWNED' : 'GROUP_OWNED',
    subject: link.kind,
    id: link.id,
    dn: link.dn,
    attribute: isUser ? 'email' : 'name',
    what: isUser
      ? `'${link.label}' is already the address of Zendesk user ${link.zendeskId}, who is linked to ${who}`
      : `Zendesk's group '${link.label}' (${link.zendeskId}) is linked to ${who}`,
    todo: isUser
      ? 'Remove the address there or change mail in the directory: two entries can not share one Zendesk user'
      : 'Give the two directory groups different names: they can not share one Zendesk group',
  }
}
