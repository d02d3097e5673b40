import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openDirectory } from '@provisioner/producer/directory/ldap/open-directory.ts'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { peakMb } from './memory.ts'
import { loadLdif, userDn, type LoadSize } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'
import { timed } from './timed.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }
const USERS = SIZE.endUsers + SIZE.agents

/** Goals of DESIGN's table: s and MB. */
const FIRST = { s: 10, mb: 384 }
const QUIET = { ratio: 2.5, mb: 256 }
const LOOK_MS = 20
const LATENCY = { p50: 2, p95: 5 }

/** Quiet cycles, reads by ldapsearch and looks, of which the median counts. */
const TIMES = 7
/** Single changes, one after the other: in a directory of 5,000 people, and in one of 100,000. */
const CHANGES = { small: 100, large: 30 }
const SMALL = { endUsers: 4_500, agents: 500, groups: 50, memberships: 2_500 }

interface Measured {
  readonly firstS: number
  readonly firstMb: number
  readonly quietS: number
  readonly quietMb: number
  readonly ldapsearchS: number
  readonly lookMs: number
  readonly latencies: readonly number[]
}

let done: Promise<Measured> | undefined

/** A directory of 100,000 people, once for all benchmarks that look at it. */
function measured(): Promise<Measured> {
  return (done ??= measure())
}

async function measure(): Promise<Measured> {
  await using stage = await setStage({
    ldif: loadLdif(SIZE),
    overlays: ['syncprov'],
    schedule: { every: '12h', watch: '2s' },
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const first = await stage.start('producer')
  const firstS = await timed(() => stage.cycle())
  const firstMb = await peakMb(first.pid)
  await first[Symbol.asyncDispose]()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(900_000)

  const producer = await stage.start('producer')
  await stage.cycle()
  const quietS = await median(() => timed(() => stage.cycle()))
  const quietMb = await peakMb(producer.pid)
  const ldapsearchS = await median(() => timed(() => readByLdapsearch(stage)))
  const lookMs = await lookAt(stage)
  return { firstS, firstMb, quietS, quietMb, ldapsearchS, lookMs, latencies: await changes(stage, SIZE, CHANGES.large) }
}

/** What a cycle reads, by OpenLDAP's own client. */
async function readByLdapsearch({ slapd }: Stage): Promise<void> {
  const bind = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', slapd.url, '-D', slapd.readerDn, '-w', slapd.readerPassword]
  const read = async (base: string, filter: string, ...attributes: string[]) =>
    promisify(execFile)('ldapsearch', [...bind, '-E', 'pr=1000/noprompt', '-b', base, filter, ...attributes], {
      maxBuffer: 2 ** 30,
      encoding: 'buffer',
    })
  const user = ['entryUUID', 'mail', 'cn', 'telephoneNumber', 'employeeStatus', 'objectClass']
  await read('ou=groups,dc=example,dc=org', '(objectClass=groupOfNames)', 'entryUUID', 'cn', 'member', 'objectClass')
  await read('ou=people,dc=example,dc=org', '(objectClass=inetOrgPerson)', ...user)
}

async function lookAt({ slapd }: Stage): Promise<number> {
  await using directory = openDirectory(
    {
      ...PROFILES.openldap,
      ...{ type: 'openldap', urls: [slapd.url], startTls: false, tls: { verify: true }, pageSize: 1000 },
      ...{ bindDn: slapd.readerDn, bindPassword: slapd.readerPassword },
    },
    { log: { debug: () => {}, warn: () => {} } },
  )
  const look = () => directory.changeToken(['ou=people,dc=example,dc=org'], new AbortController().signal)
  await look()
  return 1_000 * (await median(() => timed(look)))
}

/** From each change in the directory to the request that Zendesk gets for it, s, the shortest first. */
async function changes(stage: Stage, { agents }: LoadSize, count: number): Promise<number[]> {
  const seconds: number[] = []
  for (let i = 0; i < count; i++) {
    await stage.zendesk.forgetRequests()
    await sleep(Math.random() * 2_000)
    const from = Date.now()
    await modifyEntry(stage.slapd, userDn(agents + i), { replace: { telephoneNumber: `+49 40 ${100_000 + i}` } })
    for (;;) {
      const sent = (await stage.zendesk.requests()).find(
        ({ method, path }) => method === 'PUT' && path.includes('/users'),
      )
      if (sent) {
        seconds.push((sent.at - from) / 1_000)
        break
      }
      if (Date.now() - from > 120_000) throw new Error('A change has not come to Zendesk within two minutes')
      await sleep(20)
    }
  }
  return seconds.sort((a, b) => a - b)
}

/** The first cycle: 100,000 people read, planned and enqueued. */
export async function firstCycle(): Promise<Finding> {
  const { firstS, firstMb } = await measured()
  return finding('first-cycle', {
    measured: firstS,
    reference: FIRST.s,
    goal: '<= 1',
    also: firstMb <= FIRST.mb,
    rows: [
      ['users, memberships', `${USERS}, ${SIZE.memberships}`],
      ['time, s (goal 10)', firstS.toFixed(1)],
      [`the producer's peak, MB (goal ${FIRST.mb})`, firstMb.toFixed(0)],
    ],
  })
}

/** A cycle that finds nothing to do, against a plain read of the same attributes. */
export async function noChangeCycle(): Promise<Finding> {
  const { quietS, quietMb, ldapsearchS } = await measured()
  return finding('no-change-cycle', {
    measured: quietS,
    reference: ldapsearchS,
    goal: `<= ${QUIET.ratio}`,
    also: quietMb <= QUIET.mb,
    rows: [
      ['users, memberships', `${USERS}, ${SIZE.memberships}`],
      ['quiet cycle, s', quietS.toFixed(2)],
      ['ldapsearch of the same attributes, s', ldapsearchS.toFixed(2)],
      [`the producer's peak, MB (goal ${QUIET.mb})`, quietMb.toFixed(0)],
    ],
  })
}

/** A look at the change token of a directory that has not changed. */
export async function quietLook(): Promise<Finding> {
  const { lookMs } = await measured()
  return finding('quiet-look', {
    measured: lookMs,
    reference: LOOK_MS,
    goal: '<= 1',
    rows: [
      ['users', String(USERS)],
      ['a look, ms (goal 20)', lookMs.toFixed(1)],
    ],
  })
}

/** From a change in an idle directory of 5,000 people to its request to Zendesk. */
export async function changeLatency(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif(SMALL),
    overlays: ['syncprov'],
    schedule: { every: '12h', watch: '2s' },
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  await stage.start('producer')
  await stage.cycle()
  await stage.start('worker')
  await stage.drained(300_000)
  return latency('change-latency', SMALL, await changes(stage, SMALL, CHANGES.small))
}

/** The same where there are 100,000. */
export async function changeLatencyLarge(): Promise<Finding> {
  return latency('change-latency-large', SIZE, (await measured()).latencies)
}

function latency(bench: string, { endUsers, agents }: LoadSize, all: readonly number[]): Finding {
  const [p50, p95] = [0.5, 0.95].map((share) => all[Math.ceil(share * all.length) - 1]!)
  return finding(bench, {
    measured: p50!,
    reference: LATENCY.p50,
    goal: '<= 1',
    also: p95! < LATENCY.p95,
    rows: [
      ['users, single changes', `${endUsers + agents}, ${all.length}`],
      ['p50, s (goal 2)', p50!.toFixed(1)],
      ['p95, s (goal 5)', p95!.toFixed(1)],
    ],
  })
}

async function median(measure: () => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < TIMES; i++) all.push(await measure())
  return all.sort((a, b) => a - b)[TIMES >> 1]!
}
