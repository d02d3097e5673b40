import type { ChangeJob, ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Kind } from '@provisioner/shared/entity.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { accountKeys, connectionKeys, parseEntityMember } from '@provisioner/shared/ledger/keys.ts'
import { writeKey } from '@provisioner/shared/ledger/problem-store.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { CyclePlan } from './cycle-plan.ts'

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

  const keys = connectionKeys(ledger.connection)
  await ledger.write([
    ...[...plan.claims].map(
      ([zendeskId, id]) =>
        ['HSET', accountKeys(ledger.account).claims, String(zendeskId), `${ledger.connection}|${id}|${now}`] as const,
    ),
    ...others.map(([id, print]) => ['HSET', keys.seen('user'), id, print] as const),
    // Who is blocked is looked at again, though his entry may read as it did before.
    ...[...plan.unanswered, ...[...blocked].flatMap(userOf)].map((id) => ['HDEL', keys.seen('user'), id] as const),
    // Zendesk holds by itself what an earlier write was refused.
    ...inStep.map((one) => ['HDEL', keys.problems, writeKey(one)] as const),
  ])
  return { added: new Set(jobs.map((job) => keyOf(job.ref))), problems }
}

/**
 * The plan's links and changes with what is recorded in one step with them: a user's fingerprint with his change, else with
 * his link, and what the guard counts. `others` are the fingerprints of users who have neither.
 */
function withPrints({ links, released, counted, answered }: CyclePlan) {
  const printOf = (one: Subject) => (one.kind === 'user' ? answered.get(one.id) : undefined)
  const counts = Map.groupBy(counted, ({ change }) => keyOf(change))
  const changing = new Set(released.map(keyOf))
  const recorded = new Set([...changing, ...links.map(keyOf)])
  return {
    links: links.map((link) => (changing.has(keyOf(link)) ? link : { ...link, seen: printOf(link) })),
    changes: released.map((change) => ({
      ...change,
      seen: printOf(change),
      counts: counts.get(keyOf(change))?.map(({ category }) => category),
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

/** Makes what is held equal to the plan. An admin's decision on a change that is still held is left untouched. */
export async function recordHeld(
  ledger: CycleLedger,
  before: readonly HeldChange[],
  held: readonly HeldChange[],
): Promise<void> {
  const key = connectionKeys(ledger.connection).held
  const known = new Map(before.map((change) => [change.key, change]))
  const kept = new Set(held.map((change) => change.key))
  await ledger.write([
    ...held
      .filter((change) => known.get(change.key)?.operation !== change.operation)
      .map((change) => ['HSET', key, change.key, JSON.stringify(change)] as const),
    ...before.filter((change) => !kept.has(change.key)).map((change) => ['HDEL', key, change.key] as const),
  ])
}

/**
 * Remembers which groups show members. One that shows none any more is remembered as long as something is held for that:
 * then an admin has approved it, or nothing ever depended on it.
 */
export async function recordShownGroups(
  ledger: CycleLedger,
  before: ReadonlySet<string>,
  { now, asked }: CyclePlan['shownGroups'],
): Promise<void> {
  const key = connectionKeys(ledger.connection).shownGroups
  await ledger.write([
    ...[...now].filter((group) => !before.has(group)).map((group) => ['SADD', key, group] as const),
    ...(asked ? [] : [...before].filter((group) => !now.has(group)).map((group) => ['SREM', key, group] as const)),
  ])
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
