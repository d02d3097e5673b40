import { appliedRole, type Applied, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'
import type { Needs } from '../ports.ts'

/** Most ids in one request. */
const AT_ONCE = 100

/** What a request may take, and all of them with what they wait for, ms: the record of suspensions waits for it. */
const TIMEOUT_MS = 5_000
const WAIT_MS = 15_000

/** A user whose suspension has taken effect, and is to be recorded. */
export interface Suspended {
  /** The directory id. */
  readonly id: string
  readonly zendeskId: number
  readonly label: string
  /** Whether the seat went with the access: then they were team members, whatever is known by now. */
  readonly lostSeat: boolean
}

/**
 * Whether a write has suspended somebody who may be signed in to Zendesk's agent interface: end users, who sign in to
 * the help center at most, are left alone. Who has no known role may be an agent, unless we have created them.
 */
export function suspendsTeamMember({ applied, sent }: { applied: Applied | null; sent: readonly string[] }): boolean {
  if (applied?.presence !== 'suspended' || !sent.includes('suspended')) return false
  if (sendsSeat(sent)) return true
  return !('attributes' in applied) || applied.attributes['role'] !== 'end-user'
}

/**
 * Signs users out whose suspension has taken effect, before it is recorded: a worker that dies in between leaves the
 * suspension unconfirmed, and whoever repeats it comes by here. Nothing waits for who can't be signed out: the
 * suspension is recorded all the same, and the problem is returned. Whom Zendesk does not have any more has no session.
 */
export async function endSessions(
  { zendesk, settings, report, records }: Needs<'zendesk' | 'settings' | 'report' | 'records'>,
  leavers: readonly Suspended[],
): Promise<Problem[]> {
  if (!settings.logoutOnRemove || leavers.length === 0) return []
  const known = await records.records<UserRecord>(
    'user',
    leavers.map(({ id }) => id),
  )
  const suspended = leavers.filter(({ lostSeat }, i) => lostSeat || !isEndUser(known[i]))
  const problems: Problem[] = []
  const signal = AbortSignal.timeout(WAIT_MS)
  const signOut = async (some: readonly Suspended[]): Promise<void> => {
    const ids = some.map(({ zendeskId }) => zendeskId)
    try {
      await zendesk.users.endSessions(ids, { purpose: 'removal', timeoutMs: TIMEOUT_MS, signal })
      report.log.info({ ids }, 'Signed out of Zendesk, as suspended')
    } catch (error) {
      if (!(error instanceof ZendeskError) && !signal.aborted) throw error
      const isMissing = error instanceof ZendeskError && error.problem.kind === 'not found'
      // one who is missing says nothing of the others
      if (isMissing && some.length > 1) for (const one of some) await signOut([one])
      else if (!isMissing) problems.push(...some.map((one) => notEnded(one, wordsOf(error))))
    }
  }
  for (let at = 0; at < suspended.length; at += AT_ONCE) await signOut(suspended.slice(at, at + AT_ONCE))
  return problems
}

/** By the role that is known; users whom we create without one are end users. */
export function isEndUser(record: UserRecord | undefined): boolean {
  if (!record) return false
  const role = appliedRole(record) ?? (record.origin === 'created' ? 'end-user' : undefined)
  return role === 'end-user'
}

function wordsOf(error: unknown): string {
  return error instanceof ZendeskError ? error.message : `Zendesk's limits left no room within ${WAIT_MS / 1_000} s`
}

function notEnded({ id, label, zendeskId }: Suspended, why: string): Problem {
  return {
    code: 'SESSIONS_NOT_ENDED',
    subject: 'user',
    id,
    what: `'${label}' (Zendesk user ${zendeskId}) is suspended, and could not be signed out: ${why}`,
    todo:
      "End their sessions in Zendesk, if that can't wait until they lapse. " +
      'This is told for two weeks, or until something else is written of them',
  }
}
