import { setTimeout as sleep } from 'node:timers/promises'
import { applyLdif } from '../../packages/sandbox/src/servers/ldap-change.ts'
import { dayOfChanges, type DayStep } from '../../packages/sandbox/src/company/day-of-changes.ts'
import { readAccount, type AccountNow } from '../compare/zendesk-account.ts'
import { dim, green, say, yellow } from './screen.ts'
import type { Stage } from './stage.ts'
import { followed } from './watch.ts'

/** Longest time for one change to be followed, ms: a cycle, an audit and a bulk write. */
const STEP_MS = 60_000

/** Before the first look at what came of a change, ms: a look at the change token, a cycle, a request. */
const SOON_MS = 3_000

/** Lets a day happen, step by step, and shows what comes of each. Returns how many steps were followed, of how many. */
export async function liveThroughDay(stage: Stage, signal: AbortSignal): Promise<{ followed: number; steps: number }> {
  const steps = dayOfChanges(stage.company)
  let count = 0
  for (const step of steps) {
    const began = Date.now()
    await happen(stage, step)
    await sleep(SOON_MS, undefined, { signal })
    const ok = await followed(stage, STEP_MS, () => {}, signal)
    if (ok) count++
    const seconds = ((Date.now() - began) / 1000).toFixed(0)
    say(`  ${ok ? green('✓') : yellow('…')} ${step.what}\n      ${dim(`→ ${step.expect}, after ${seconds} s`)}`)
  }
  return { followed: count, steps: steps.length }
}

async function happen(stage: Stage, step: DayStep): Promise<void> {
  if (step.side === 'directory') return applyLdif(stage.slapd, step.ldif)
  const { url, credentials } = stage.sandbox
  const account = await readAccount({ url, ...credentials })
  const authorization = `Basic ${Buffer.from(`${credentials.email}/token:${credentials.apiToken}`).toString('base64')}`
  for (const { path, body } of requestsOf(step, account)) {
    const response = await fetch(`${url}/api/v2/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${step.name}: ${response.status} ${await response.text()}`)
  }
}

/** What people do in Zendesk itself, as requests. */
function requestsOf(
  step: Exclude<DayStep, { side: 'directory' }>,
  { users, groups, memberships }: AccountNow,
): { path: string; body: object }[] {
  const user = users.find((one) => one.email?.toLowerCase() === step.email.toLowerCase())
  if (step.side === 'zendesk') {
    const group = groups.find((one) => one.name === step.group)
    const membership = { user_id: user?.id, group_id: group?.id }
    return [{ path: 'group_memberships', body: { group_membership: membership } }]
  }
  const home = memberships.find((one) => one.user_id === user?.id)
  const customers = users.filter(({ role, suspended }) => role === 'end-user' && !suspended).slice(0, step.tickets)
  return customers.map(({ id, name }) => {
    const ticket = {
      subject: `A question of ${name}`,
      requester_id: id,
      assignee_id: user?.id,
      group_id: home?.group_id,
    }
    return { path: 'tickets', body: { ticket } }
  })
}
