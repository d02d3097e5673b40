import type { AppliedMembership, AppliedUser, LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, BatchHold, OpenJob } from './context.ts'
import { giveBack } from './give-back.ts'
import { rejected } from './judge-error.ts'

/**
 * The jobs of users whom `accounts.*.protect` names, and of their memberships, given back unwritten. A plan leaves them out;
 * what was released before somebody was protected, or is retried by hand, ends here.
 */
export async function shieldedJobs(
  context: BatchContext,
  hold: BatchHold,
  jobs: readonly OpenJob[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const named = jobs.flatMap((job) => {
    const zendeskId = userOf(job)
    return zendeskId === null ? [] : [{ job, zendeskId }]
  })
  const patterns = await context.protection.ofIds(named.map(({ zendeskId }) => zendeskId))
  for (const { job, zendeskId } of named) {
    const pattern = patterns.get(zendeskId) ?? context.protection.byAddress(addressOf(job.record))
    if (pattern === undefined) continue
    const outcome = userProtected(`'${job.record.label}' (${job.record.operation})`, zendeskId, pattern)
    outcomes.set(job.jobId, await giveBack(context, job, hold.token, outcome, 'none'))
  }
  return outcomes
}

/** The pattern that protects a user whom a write met in Zendesk. */
export async function patternOfUser({ protection }: BatchContext, { id, email }: User): Promise<string | undefined> {
  return (await protection.ofIds([id])).get(id) ?? protection.byAddress(email)
}

/** The outcome of a group's deletion that would take the group from a protected user. */
export async function protectedMember(
  { protection, zendesk }: BatchContext,
  label: string,
  groupId: number,
): Promise<Outcome | undefined> {
  if ((await protection.all()).size === 0) return undefined
  const members = await zendesk.memberships.ofGroup(groupId)
  const [found] = await protection.ofIds(members.map((member) => member.user_id))
  return found && userProtected(`The deletion of group '${label}', of which the user is a member,`, ...found)
}

/** The outcome of what would be done to a protected user. */
export function userProtected(what: string, zendeskId: number, pattern: string): Outcome {
  return rejected(
    'USER_PROTECTED',
    `${what} is not done: Zendesk user ${zendeskId} is protected (accounts.*.protect: '${pattern}')`,
    'Nothing, if this is meant; else take the pattern out of accounts.*.protect',
  )
}

function userOf({ ref, record, sides }: OpenJob): number | null {
  if (ref.kind === 'user') return record.zendeskId
  if (ref.kind !== 'membership') return null
  return (record.applied as AppliedMembership | null)?.userZendeskId ?? sides.user
}

function addressOf({ kind, applied }: LedgerRecord): string | null {
  const email = kind === 'user' ? (applied as AppliedUser | null)?.attributes['email'] : null
  return typeof email === 'string' ? email : null
}
