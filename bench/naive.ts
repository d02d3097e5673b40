import { setTimeout as sleep } from 'node:timers/promises'
import { initialLoad } from './initial-load.ts'
import { finding, type Finding } from './result.ts'
import { REFERENCE } from './reference-load.ts'
import type { SandboxView } from './sandbox-view.ts'
import { startSandbox } from './stage.ts'

/** A tenth of the reference load; the loop's time is scaled up. */
const SCALE = 10

/** The reference load by a plain loop, one request for each user, group and membership, against ours. */
export async function naive(): Promise<Finding> {
  const ours = (await initialLoad()).result.measured
  await using account = await startSandbox({ plan: 'enterprise' })
  const began = performance.now()
  const post = (path: string, body: object) => patient(account.view, path, body)
  const ids: number[] = []
  for (let i = 0; i < (REFERENCE.agents + REFERENCE.endUsers) / SCALE; i++) {
    const role = i < REFERENCE.agents / SCALE ? 'agent' : 'end-user'
    const user = { name: `Person Number ${i}`, email: `user${i}@example.org`, role, skip_verify_email: true }
    ids.push((await post('/api/v2/users', { user })).user.id)
  }
  for (let g = 0; g < REFERENCE.groups / SCALE; g++) {
    const { group } = await post('/api/v2/groups', { group: { name: `zd-group-${g}` } })
    for (let m = 0; m < REFERENCE.memberships / REFERENCE.groups; m++)
      await post('/api/v2/group_memberships', { group_membership: { user_id: ids[m], group_id: group.id } })
  }
  const seconds = ((performance.now() - began) / 1000) * SCALE
  return finding('naive', {
    measured: seconds,
    reference: ours,
    goal: '>= 1',
    rows: [
      [`a plain loop, 1/${SCALE} of the load, scaled, s`, seconds.toFixed(0)],
      ['ours, s', ours.toFixed(0)],
    ],
  })
}

/** Waits as long as a 429 asks for, as every plain loop does sooner or later. */
async function patient(zendesk: SandboxView, path: string, body: object) {
  for (;;) {
    const response = await fetch(`${zendesk.url}${path}`, {
      method: 'POST',
      headers: zendesk.headers,
      body: JSON.stringify(body),
    })
    if (response.status !== 429) return (await response.json()) as { user: { id: number }; group: { id: number } }
    await response.text()
    await sleep(Number(response.headers.get('retry-after') ?? 10) * 1000)
  }
}
