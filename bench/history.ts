import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { openHistory, type History } from '@provisioner/history/database/open-history.ts'
import { append } from '@provisioner/history/events/append.ts'
import { rowOfEntry } from '@provisioner/history/events/row-of-event.ts'
import { findNamedInHistory } from '@provisioner/history/read/find-named-in-history.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { loadLdif, userDn } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { Commands, medianOf } from './run-command.ts'
import { setStage } from './stage.ts'
import { timed } from './timed.ts'

const CHANGES = 1_000_000
const PEOPLE = 100_000
const GROUPS = 200

/** Of so many changes one is of a membership. */
const MEMBERSHIP_EACH = 5

/** How long whoever asks may wait, s. */
const GOAL_S = 1

/** Of so many runs the median counts. */
const TIMES = 5

/** So many events are taken in at once. */
const AT_ONCE = 2_000

/** Between two events, ms: a million of them within 90 days. */
const APART_MS = 7_500

/** Whom the questions are about. */
const WHO = 1_007

/**
 * `provisioner history` and `explain` of somebody whom ten of a million changes are about, in SQLite: the whole process
 * as an admin starts it. A part of a name is looked for among all names, and has no goal.
 */
export async function historyOfMany(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif({ endUsers: 1_990, agents: 10, groups: 2, memberships: 20 }),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const services = [await stage.start('producer'), await stage.start('worker')]
  await stage.cycle()
  await stage.cycle()
  await stage.drained(60_000)
  for (const service of services) await service[Symbol.asyncDispose]()
  const commands = new Commands(stage)
  const run = (...args: string[]) => commands.run(...args)
  const median = (what: () => Promise<unknown>) => medianOf(TIMES, what)

  const { id } = JSON.parse(await run('explain', `user${WHO}@example.org`, '--json', '--no-live')) as { id: string }
  await using history = openHistory({ url: 'sqlite:history.db', folder: stage.folder, readOnly: false })
  const filledS = await timed(() => fill(history, id))
  // what was written within minutes here takes days elsewhere: whoever asks does not wait for the disk to take it
  await promisify(execFile)('sync')
  commands.peakMb = 0

  const asked = { address: `user${WHO}@example.org`, dn: userDn(WHO), 'directory id': id, 'user id': `user${WHO}` }
  const seconds: Record<string, number> = {}
  for (const [by, who] of Object.entries({ ...asked, 'Zendesk id': String(zendeskIdOf(WHO)), group: 'zd-group-7' })) {
    if ((await run('history', who, '--json')).split('\n').length < 9) throw new Error(`Too little is told of ${who}`)
    seconds[`history by ${by}, s`] = await median(() => run('history', who))
  }
  const historyMb = commands.peakMb
  seconds['explain, s'] = await median(() => run('explain', asked.address))
  const queryS = await median(() => ask(history, asked.address))
  const partS = await median(() => run('history', 'user99999@'))
  const filteredS = await median(() => run('history', '--operation', 'suspend user', '--since', '30d'))
  const cycleS = await median(() => run('history', '--cycle', String(cycleOf(CHANGES >> 1)), '--json'))
  return finding('history', {
    measured: Math.max(...Object.values(seconds)),
    reference: GOAL_S,
    goal: '<= 1',
    rows: [
      ['changes, people, groups', `${CHANGES}, ${PEOPLE}, ${GROUPS}`],
      ['taken in, events a second', (CHANGES / filledS).toFixed(0)],
      ['the file, MB', ((await stat(join(stage.folder, 'history.db'))).size / 2 ** 20).toFixed(0)],
      ...Object.entries(seconds).map(([what, s]) => [what, s.toFixed(2)] as const),
      ['peak of history, MB', historyMb.toFixed(0)],
      ['the query alone, ms', (queryS * 1_000).toFixed(1)],
      ['history by a part of an address, s (no goal)', partS.toFixed(2)],
      ['the newest suspensions of 30 days, s (no goal)', filteredS.toFixed(2)],
      ['the changes of a cycle, s (no goal)', cycleS.toFixed(2)],
    ],
  })
}

async function ask({ database }: History, who: string): Promise<void> {
  const about = await findNamedInHistory(database, ['acme'], who)
  let rows = 0
  for await (const _row of readEvents(database, { accounts: ['acme'], about }, 101)) rows += 1
  if (rows === 0) throw new Error(`Nothing is told of ${who}`)
}

/** The way that a drain takes events in. @param id the directory id of whom the questions are about */
async function fill(history: History, id: string): Promise<void> {
  await migrate(history)
  const from = Date.now() - CHANGES * APART_MS
  for (let n = 0; n < CHANGES; n += AT_ONCE) {
    const events = Array.from({ length: AT_ONCE }, (_one, i) => changeOf(n + i, from, id))
    const rows = events.map((event, i) =>
      rowOfEntry({ id: `${event.at}-${i}`, text: JSON.stringify(event) }, () => new Set()),
    )
    await append(history.database, 'acme', rows)
  }
}

const zendeskIdOf = (person: number) => 9_000_000_000 + person
const cycleOf = (n: number) => (1_795_000_000_000 + Math.floor(n / 1_000)) * 1_000

function changeOf(n: number, from: number, id: string): HistoryEvent {
  const person = n % PEOPLE
  const idOf = person === WHO ? id : `00000000-0000-4000-8000-${String(person).padStart(12, '0')}`
  const email = `user${person}@example.org`
  const at = from + n * APART_MS
  const common = {
    type: 'change',
    at,
    connection: 'staff',
    outcome: 'applied',
    zendeskId: zendeskIdOf(person),
  } as const
  const rest = { revision: at, origin: 'created', cycle: cycleOf(n), by: `worker ${n}` } as const
  if (n < GROUPS) {
    const about = { kind: 'group', id: `group-${n}`, label: `zd-group-${n}`, dn: `cn=zd-group-${n}` } as const
    const sides = { before: null, after: { presence: 'active', name: about.label } } as const
    return { ...common, ...about, operation: 'create group', changed: [], ...sides, ...rest }
  }
  const isMembership = Math.floor(n / PEOPLE) % MEMBERSHIP_EACH === 4
  if (isMembership) {
    const group = person % GROUPS
    const about = { kind: 'membership', id: `group-${group}~${idOf}`, label: `${email} in zd-group-${group}` } as const
    const ids = { userZendeskId: zendeskIdOf(person), groupZendeskId: group, membershipZendeskId: n }
    const sides = { before: null, after: { presence: 'active', ...ids } } as const
    return { ...common, ...about, dn: '', operation: 'add member', changed: [], ...sides, ...rest }
  }
  const held = { email, name: `Person Number ${person}`, role: 'end-user', external_id: idOf, phone: `+1555${n}` }
  const suspends = n % 10 === 9
  return {
    ...common,
    ...{ kind: 'user', id: idOf, label: email, dn: userDn(person) },
    operation: suspends ? 'suspend user' : 'update user',
    changed: suspends ? ['suspended'] : ['phone'],
    before: { presence: 'active', attributes: { ...held, phone: `+1555${n - 1}` } },
    after: { presence: suspends ? 'suspended' : 'active', attributes: held },
    ...rest,
  }
}
