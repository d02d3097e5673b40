import { setTimeout as sleep } from 'node:timers/promises'
import { applyLdif, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { loadLdif, userDn } from './reference-load.ts'
import type { SandboxView } from './sandbox-view.ts'
import { finding, type Finding } from './result.ts'
import { setStage } from './stage.ts'

/** How long a leaver may keep access while everything else waits, s. */
const GOAL_S = 5
const STAFF = 50
const WAITING = 10_000

/** From a cycle that finds a leaver to the suspension in Zendesk, while 10,000 creations wait one by one. */
export async function leaverLatency(): Promise<Finding> {
  const everybody = loadLdif({ endUsers: STAFF + WAITING, agents: 0, groups: 0, memberships: 0 }).split('\n\n')
  const isNewcomer = (entry: string) => Number(/^dn: uid=user(\d+)/.exec(entry)?.[1] ?? -1) >= STAFF
  await using stage = await setStage({
    ldif: everybody.filter((entry) => !isNewcomer(entry)).join('\n\n'),
    sandbox: { plan: 'enterprise', bulkImport: false },
  })
  await stage.start('producer')
  await stage.cycle()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(120_000)
  const ids = await idsByEmail(stage.zendesk)
  await applyLdif(stage.slapd, everybody.filter(isNewcomer).join('\n\n'))
  await stage.cycle()
  const seconds: number[] = []
  let waiting = Infinity
  for (let i = 0; i < 5; i++) {
    const leaver = ids.get(`user${i}@example.org`)!
    await deleteEntry(stage.slapd, userDn(i))
    const cycle = stage.cycle()
    await stage.planned()
    const began = performance.now()
    while (!(await isSuspended(stage.zendesk, leaver))) await sleep(500)
    seconds.push((performance.now() - began) / 1000)
    waiting = Math.min(waiting, await stage.openJobs())
    await cycle
  }
  const worst = Math.max(...seconds)
  return finding('leaver-latency', {
    measured: worst,
    reference: GOAL_S,
    goal: '<= 1',
    rows: [
      ['creations that waited meanwhile, at least', String(waiting)],
      ['from the job to the suspension, s, each of five', seconds.map((one) => one.toFixed(1)).join(', ')],
    ],
  })
}

type Zendesk = Pick<SandboxView, 'call'>

/** From the list, since the search knows nobody who was created in the last seconds. */
async function idsByEmail(zendesk: Zendesk): Promise<Map<string, number>> {
  const { users } = await zendesk.call<{ users: { id: number; email: string }[] }>('GET', '/api/v2/users?per_page=100')
  return new Map(users.map(({ id, email }) => [email, id]))
}

async function isSuspended(zendesk: Zendesk, id: number): Promise<boolean> {
  const { user } = await zendesk.call<{ user: { suspended: boolean } }>('GET', `/api/v2/users/${id}`)
  return user.suspended
}
