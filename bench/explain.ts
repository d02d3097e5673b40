import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { loadLdif, userDn } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { Commands, medianOf } from './run-command.ts'
import { setStage } from './stage.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }

/** How long whoever asks may wait, s. */
const GOAL_S = 1

/** Of so many runs the median counts. */
const TIMES = 5

/** One who has left, and is suspended. */
const LEAVER = SIZE.agents + 7

/**
 * `provisioner explain` of an agent and of somebody who has left, among 100,000 users: the whole process as an admin
 * starts it, with its look at Zendesk. A part of a name costs the server a search of all entries, where it has no index
 * for that, and has no goal.
 */
export async function explainOneOfMany(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif(SIZE),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const producer = await stage.start('producer')
  const workers = [await stage.start('worker'), await stage.start('worker')]
  await stage.cycle()
  await stage.cycle()
  await stage.drained(900_000)
  await deleteEntry(stage.slapd, userDn(LEAVER))
  await stage.cycle()
  await stage.drained(60_000)
  for (const service of [producer, ...workers]) await service[Symbol.asyncDispose]()

  const commands = new Commands(stage)
  const median = (...args: string[]) => medianOf(TIMES, () => commands.run(...args))
  const agent = JSON.parse(await commands.run('explain', 'user7@example.org', '--json')) as {
    id: string
    zendeskId: number
  }
  const startS = await median('--version')
  const asked = {
    'an address': 'user7@example.org',
    'a user id': 'user7',
    'a DN': userDn(7),
    'a directory id': agent.id,
    'an id of Zendesk': String(agent.zendeskId),
    'who has left, by address': `user${LEAVER}@example.org`,
    'a group': 'zd-group-7',
  }
  const seconds: Record<string, number> = {}
  for (const [by, who] of Object.entries(asked)) seconds[by] = await median('explain', who)
  const partS = await median('explain', 'umber 99999')
  return finding('explain', {
    measured: Math.max(...Object.values(seconds)),
    reference: GOAL_S,
    goal: '<= 1',
    rows: [
      ['users, memberships', `${SIZE.endUsers + SIZE.agents}, ${SIZE.memberships}`],
      ...Object.entries(seconds).map(([by, s]) => [`by ${by}, s`, s.toFixed(2)] as const),
      ['by a part of the name, s (no goal)', partS.toFixed(2)],
      ['a process that says its version, s', startS.toFixed(2)],
    ],
  })
}
