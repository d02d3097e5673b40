import type { Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { Needs } from '../ports.ts'
import type { Finished } from './finished.ts'
import { inAccountDefault, leave } from './unasked-groups.ts'

/** What was given back of a user's groups. */
export interface Returned {
  /** Zendesk's id of the default group they had, where the directory has yet to put them into it; else null. */
  readonly waiting: number | null
  /** Whether they are in the account's default group unasked, and have no other one to stay in. */
  readonly isUnasked: boolean
  readonly problem: Problem | undefined
}

/**
 * Puts a user who has their seat again into the groups they were in, as far as no connection manages these: into the
 * others the directory puts them. Zendesk puts every new agent into the account's default group unasked: who was not in
 * it before is taken out, where there is another one. Done again after a kill, it finds what is done already. Nothing
 * waits for what Zendesk refuses: it is told.
 */
export async function returnGroups(
  { records, zendesk, report }: Needs<'records' | 'zendesk' | 'report'>,
  { written: { ref, zendeskId }, sent = [] }: Finished,
  { groups, defaultGroup }: Entitlements,
  signal: AbortSignal,
): Promise<Returned> {
  const userId = zendeskId!
  const options = { signal }
  const owners = await records.ownersOf('group', groups)
  const others = groups.filter((_id, i) => owners[i] === null)
  const isOurs = defaultGroup !== null && !others.includes(defaultGroup)
  const missing = new Set(others)
  try {
    const present = await zendesk.memberships.ofUser(userId, options)
    for (const { group_id: id } of present) missing.delete(id)
    for (const id of missing) {
      const membership = { user_id: userId, group_id: id, ...(id === defaultGroup && { default: true }) }
      if (await isDone(zendesk.memberships.create(membership, options))) missing.delete(id)
    }
    const unknown = present.filter((one) => !groups.includes(one.group_id) && one.group_id !== defaultGroup)
    const unasked = sent.includes('role') ? await inAccountDefault({ records, zendesk }, unknown, signal) : []
    const isIn = others.some((id) => !missing.has(id))
    if (isIn) await leave({ zendesk, report }, unasked, signal)
    if (others.length > 0) report.log.info({ userId, groups: others }, 'Put back into the groups they were in')
    const isWaiting = isOurs && !present.some((one) => one.group_id === defaultGroup)
    const isUnasked = unasked.length > 0 && !isIn
    return { waiting: isWaiting ? defaultGroup : null, isUnasked, problem: undefined }
  } catch (error) {
    if (!(error instanceof ZendeskError) && !signal.aborted) throw error
    const problem = notReturned(ref.id, userId, [...missing], error)
    return { waiting: isOurs ? defaultGroup : null, isUnasked: false, problem }
  }
}

/** False for a group that is gone: the user has nothing to get back there. */
async function isDone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request
    return true
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') return false
    throw error
  }
}

function notReturned(id: string, userId: number, groups: readonly number[], error: unknown): Problem {
  const why = error instanceof ZendeskError ? error.message : "Zendesk's limits left no room in time"
  const which = groups.length === 0 ? 'not all of their groups' : `not these groups of theirs: ${groups.join(', ')}`
  return {
    code: 'GROUPS_NOT_RETURNED',
    subject: 'user',
    id,
    what: `Zendesk user ${userId} is back, and got back ${which}: ${why}`,
    todo: 'Put them into these groups in Zendesk. This is told for two weeks, or until something else is written of them',
  }
}
