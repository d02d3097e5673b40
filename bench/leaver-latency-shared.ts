import { setTimeout as sleep } from 'node:timers/promises'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { loadLdif, REFERENCE, userDn } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import type { SandboxView } from './sandbox-view.ts'
import { setStage } from './stage.ts'

/** How long a leaver may keep access while everything else waits, s. */
const GOAL_S = 5
/** Requests a minute of the plan, and the share of them that others take. */
const LIMIT = 700
const THEIRS = 0.6
/** Agents, all of whom leave at once. */
const LEAVERS = [0, 500, 1_000, 1_500, 1_999]

/**
 * From the start of a full cycle to the suspension of the agents who have left, while others take 60 % of the limit and
 * all 10,000 linked users, their groups and memberships are to be audited: more requests than are left in two minutes.
 */
export async function leaverLatencyShared(): Promise<Finding> {
  await using stage = await setStage({ ldif: loadLdif(REFERENCE), sandbox: { plan: 'enterprise', bulkImport: true } })
  await stage.start('producer')
  await stage.cycle()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(600_000)
  const users = await idsByEmail(stage.zendesk)
  const leavers = LEAVERS.map((i) => users.get(`user${i}@example.org`)!)

  const ending = new AbortController()
  const others = take(stage.zendesk, ending.signal)
  // What the other integrations take shows once a minute of it has passed.
  await sleep(60_000)
  for (const i of LEAVERS) await deleteEntry(stage.slapd, userDn(i))
  const began = performance.now()
  const cycle = stage.cycle('full cycle')
  await stage.planned()
  const plannedS = (performance.now() - began) / 1000
  const suspended: number[] = []
  for (const id of leavers) {
    while (!(await isSuspended(stage.zendesk, id))) await sleep(100)
    suspended.push((performance.now() - began) / 1000)
  }
  const isAuditing = (await Promise.race([cycle, sleep(0, 'under way')])) === 'under way'
  await cycle
  const cycleS = (performance.now() - began) / 1000
  ending.abort()
  await others
  return finding('leaver-latency-shared', {
    measured: Math.max(...suspended),
    reference: GOAL_S,
    goal: '<= 1',
    also: isAuditing,
    rows: [
      ['others took, requests a minute', String(LIMIT * THEIRS)],
      ['from the start of the cycle to the suspensions, s', suspended.map((one) => one.toFixed(1)).join(', ')],
      ['of that until their jobs were there, s', plannedS.toFixed(1)],
      ['the audit was under way then', isAuditing ? 'yes' : 'no'],
      ['the cycle with its audit, s', cycleS.toFixed(0)],
    ],
  })
}

async function take(zendesk: SandboxView, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await zendesk.call('POST', '/sandbox/consume', { requests: (LIMIT * THEIRS) / 60 })
    await sleep(1_000, undefined, { signal }).catch(() => {})
  }
}

/** Looks as the sandbox's observer: what a benchmark asks must not take from the limit that it measures. */
async function see<T>({ url, headers }: SandboxView, path: string): Promise<T> {
  return (await (await fetch(`${url}${path}`, { headers: { ...headers, 'x-test': 'view' } })).json()) as T
}

async function idsByEmail(zendesk: SandboxView): Promise<Map<string, number>> {
  const { users } = await see<{ users: { id: number; email: string }[] }>(zendesk, '/sandbox/state')
  return new Map(users.map(({ id, email }) => [email, id]))
}

async function isSuspended(zendesk: SandboxView, id: number): Promise<boolean> {
  const { user } = await see<{ user: { suspended: boolean } }>(zendesk, `/api/v2/users/${id}`)
  return user.suspended
}
