import { setTimeout as sleep } from 'node:timers/promises'
import { applyLdif } from '@provisioner/sandbox/servers/ldap-change.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { seededRandom } from '@provisioner/sandbox/zendesk-account/random.ts'
import { setChaosStage, type ChaosStage } from './chaos-stage.ts'
import type { ChaosSize } from './chaos-size.ts'
import { Company } from './company.ts'
import { auditedChanges } from './audited-changes.ts'
import { disturbUntil } from './disturb-until.ts'
import { buryTheDead, losesAnswers, UNDER_WAY_MS, type Disturbance } from './disturb.ts'
import { judgeHistory } from './judge-history.ts'
import { comesToRestWithoutHistory } from './without-history.ts'
import { takenSlots } from './taken-slots.ts'
import { differences } from './judge-state.ts'
import { doubles, regressions } from './judge-writes.ts'

/** Of the sandbox's faults, those that a write survives: what is refused for good is refused rightly. */
const FAULTS = [
  'bulk-lost',
  'reset-before',
  'reset-after',
  'timeout-before',
  'timeout-after',
  'cut',
  '500',
  '503',
  '409-json',
  '409-text',
  '429',
  '429-no-retry-after',
  'html',
  'html-200',
  'job-failed',
  'results-null',
  'token-expired',
  'slow',
] as const

export interface ChaosResult {
  readonly seed: number
  readonly ms: number
  readonly changes: number
  readonly disturbances: number
  /** Requests that met one of Zendesk's faults. */
  readonly faults: number
  /** Changes that the history has at the end. */
  readonly history: number
  /** What is wrong at the end; empty when all is well. */
  readonly wrong: readonly string[]
  /** What was done, and what the processes said. */
  readonly log: readonly string[]
}

export interface ChaosOptions {
  readonly seed: number
  readonly size: ChaosSize
  /** Drawn from these; none leaves the processes and connections alone. */
  readonly kinds: readonly Disturbance[]
}

/** Lives through one seed, and judges what has come of it. */
export async function runSeed({ seed, size, kinds }: ChaosOptions): Promise<ChaosResult> {
  const started = Date.now()
  const log: string[] = []
  const say = (line: string) => void log.push(`${String(Date.now() - started).padStart(7)} ${line}`)
  const company = new Company(size, seededRandom(seed))
  await using stage = await setChaosStage(size, seed, company.ldif, say)
  if (size.faultRate > 0) stage.sandbox.faults.setRate({ rate: size.faultRate, kinds: [...FAULTS], seed })

  const idle = await stage.isAtWork().then(
    () => [],
    (error: Error) => [error.message],
  )
  if (idle.length > 0)
    return { seed, ms: Date.now() - started, changes: 0, disturbances: 0, faults: 0, history: 0, wrong: idle, log }
  const until = Date.now() + size.disturbedMs
  const [changes, disturbed] = await Promise.all([
    changeUntil(until, size, seed, company, stage, say),
    disturbUntil(until, { size, seed, kinds, stage, say }),
  ])
  const lost = disturbed.flatMap((one) => one.lost ?? [])
  const unheard = disturbed
    .filter(({ kind }) => losesAnswers(kind))
    .map(({ at }) => ({ from: at - UNDER_WAY_MS, to: at }))
  say('chaos: from now on all is calm')
  const faults = stage.sandbox.requests.filter((one) => one.fault !== undefined).length
  stage.sandbox.faults.clear()
  await buryTheDead(stage)
  const open = await comesToRestWithoutHistory(stage, size.calmMs)
  say(`chaos: ${open.length === 0 ? 'at rest' : 'no rest in time'}`)

  const differs = await differences(stage)
  const history = await judgeHistory(stage, auditedChanges(log, started), { lost, unheard })
  const wrong = [
    ...open,
    ...differs,
    ...(differs.length > 0 ? await heldBy(stage) : []),
    ...(await takenSlots(stage)),
    ...doubles(stage.sandbox, company),
    ...regressions(stage.sandbox, lost),
    ...history.wrong,
  ]
  for (const { at, method, path, status, fault, body } of wrong.length > 0 ? stage.sandbox.requests : [])
    log.push(
      `${String(Date.parse(at) - started).padStart(7)} zendesk ${method} ${path} ${status} ${fault ?? ''} ${JSON.stringify(body)}`,
    )
  if (history.wrong.length > 0)
    for (const { at, body } of history.rows) log.push(`${String(at - started).padStart(7)} history ${body}`)
  log.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
  return {
    seed,
    ms: Date.now() - started,
    changes,
    disturbances: disturbed.length,
    faults,
    history: history.changes,
    wrong,
    log,
  }
}

/** What waits for an admin, which no run should come to: it may be why something differs. */
async function heldBy({ redis }: ChaosStage): Promise<string[]> {
  const held = await new LedgerReader(redis, { account: 'acme', connection: 'staff' }).held()
  return held.map(({ label, operation, cause }) => `${label}: ${operation} is held: ${cause}`)
}

type Say = (line: string) => void

/** Changes that a directory takes at once: up to so many. */
const BURST = 8

async function changeUntil(
  end: number,
  size: ChaosSize,
  seed: number,
  company: Company,
  { slapd }: ChaosStage,
  say: Say,
): Promise<number> {
  const random = seededRandom(seed * 7 + 1)
  let count = 0
  for (; Date.now() < end; await sleep(random() * 2 * size.changeMs)) {
    const some = Array.from({ length: 1 + Math.floor(random() ** 2 * BURST) }, () => company.change())
    const changes = some.filter((change) => change !== undefined)
    if (changes.length === 0) continue
    for (const change of changes) say(`directory ${change.text}`)
    await applyLdif(slapd, changes.map((change) => change.ldif).join(''))
    count += changes.length
  }
  return count
}
