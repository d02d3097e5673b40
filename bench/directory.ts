import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openDirectory } from '@provisioner/producer/directory/ldap/open-directory.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { runMeasured } from './measured-process.ts'
import { peakMb } from './memory.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'
import { timed } from './timed.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }
const USERS = SIZE.endUsers + SIZE.agents

/** Goals of DESIGN's table: s and MB. */
const FIRST = { s: 10, mb: 384 }
const QUIET = { ratio: 2.5, mb: 256 }
const LOOK_MS = 20
/** Reading is a part of a cycle. */
const READ = QUIET

/** Quiet cycles, reads by ldapsearch and looks, of which the median counts. */
const TIMES = 7

interface Measured {
  readonly firstS: number
  readonly firstMb: number
  /** Jobs that the first cycle added, and until when the next one had added all others, which nobody took, s. */
  readonly firstJobs: number
  readonly allS: number
  readonly quietS: number
  readonly quietMb: number
  readonly ldapsearchS: number
  readonly lookMs: number
  readonly readS: number
  readonly readMb: number
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
  const firstS = await timed(() => aCycleEnded(stage))
  const firstMb = await peakMb(first.pid)
  const firstJobs = await stage.openJobs()
  const allS = firstS + (await timed(() => stage.cycle()))
  await first[Symbol.asyncDispose]()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(900_000)

  const producer = await stage.start('producer')
  await stage.cycle()
  const quietS = await median(() => timed(() => stage.cycle()))
  const quietMb = await peakMb(producer.pid)
  const ldapsearchS = await median(() => timed(() => readByLdapsearch(stage)))
  const lookMs = await lookAt(stage)
  const { url, readerDn, readerPassword } = stage.slapd
  const read = await runMeasured('read-process.ts', [url, readerDn, readerPassword, String(TIMES)])
  const { seconds: readS, mb: readMb } = read
  return { firstS, firstMb, firstJobs, allS, quietS, quietMb, ldapsearchS, lookMs, readS, readMb }
}

/** Resolves when the cycle that a producer begins as it starts has ended: all is planned and released then. */
async function aCycleEnded({ redis }: Stage): Promise<void> {
  const reader = new LedgerReader(redis, { account: 'acme', connection: 'staff' })
  while ((await reader.lastCycle()) === undefined) await sleep(20)
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

/** The first cycle: 100,000 people read, planned and enqueued. */
export async function firstCycle(): Promise<Finding> {
  const { firstS, firstMb, firstJobs, allS } = await measured()
  return finding('first-cycle', {
    measured: firstS,
    reference: FIRST.s,
    goal: '<= 1',
    also: firstMb <= FIRST.mb,
    rows: [
      ['users, memberships', `${USERS}, ${SIZE.memberships}`],
      ['time, s (goal 10)', firstS.toFixed(1)],
      [`the producer's peak, MB (goal ${FIRST.mb})`, firstMb.toFixed(0)],
      ['jobs that it enqueued', String(firstJobs)],
      ['until the next cycle had enqueued all others, s', allS.toFixed(1)],
    ],
  })
}

/** What a cycle reads, and nothing done with it, against a plain read of the same attributes. */
export async function readVsLdapsearch(): Promise<Finding> {
  const { readS, readMb, ldapsearchS } = await measured()
  return finding('read-vs-ldapsearch', {
    measured: readS,
    reference: ldapsearchS,
    goal: `<= ${READ.ratio}`,
    also: readMb <= READ.mb,
    rows: [
      ['users, memberships', `${USERS}, ${SIZE.memberships}`],
      ['all entries read, s', readS.toFixed(2)],
      ['ldapsearch of the same attributes, s', ldapsearchS.toFixed(2)],
      [`the peak of who reads, MB (goal ${READ.mb})`, readMb.toFixed(0)],
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

async function median(measure: () => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < TIMES; i++) all.push(await measure())
  return all.sort((a, b) => a - b)[TIMES >> 1]!
}
