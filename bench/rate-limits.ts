import { setTimeout as sleep } from 'node:timers/promises'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import type { Logged } from './sandbox-view.ts'
import { setStage } from './stage.ts'

/** Requests a minute of the plan, and the share that the configuration leaves to others. */
const LIMIT = 700
const RESERVE = 0.2
const MINUTE_MS = 60_000

const users = (count: number) => loadLdif({ endUsers: count, agents: 0, groups: 0, memberships: 0 })

/** 2,000 users, bulk import refused: creations by `POST /users` against the limit less the reserve. */
export async function initialLoadNoBulk(): Promise<Finding> {
  const count = 2_000
  const { requests } = await run({ count, workers: 2 })
  const creations = requests.filter(
    (one) => one.method === 'POST' && one.path === '/api/v2/users' && one.status === 201,
  )
  const perMinute = (creations.length / spanOf(creations)) * MINUTE_MS
  return finding('initial-load-no-bulk', {
    measured: perMinute,
    reference: LIMIT * (1 - RESERVE),
    goal: '>= 0.95',
    also: creations.length === count,
    rows: [
      ['users created one by one', String(creations.length)],
      ['creations a minute', perMinute.toFixed(0)],
      ['the limit less the reserve', String(LIMIT * (1 - RESERVE))],
      ['answers 429', String(refusedOf(requests))],
    ],
  })
}

/** Four workers under load, bulk off: every request counts. */
export async function rateLimitUse(): Promise<Finding> {
  const { requests } = await run({ count: 1_500, workers: 4 })
  const perMinute = (requests.length / spanOf(requests)) * MINUTE_MS
  const refused = refusedOf(requests) / requests.length
  return finding('rate-limit-use', {
    measured: perMinute,
    reference: LIMIT * (1 - RESERVE),
    goal: '>= 0.95',
    also: refused < 0.001,
    rows: [
      ['requests a minute', perMinute.toFixed(0)],
      ['the limit less the reserve', String(LIMIT * (1 - RESERVE))],
      ['share of answers 429 (goal < 0.1 %)', `${(refused * 100).toFixed(2)} %`],
    ],
  })
}

/**
 * The same while another integration takes a random 0 to 60 % of the limit, another share every quarter of a minute.
 */
export async function rateLimitShared(): Promise<Finding> {
  const others: number[] = []
  const { requests, failed } = await run({
    count: 1_500,
    workers: 4,
    meanwhile: async (consume, signal) => {
      for (let share = 0, i = 0; !signal.aborted; i++) {
        if (i % 15 === 0) share = random(i) * 0.6
        const taken = Math.round((LIMIT * share) / 60)
        await consume(taken)
        others.push(taken)
        await sleep(1_000, undefined, { signal }).catch(() => {})
      }
    },
  })
  const ms = spanOf(requests)
  const perMinute = (requests.length / ms) * MINUTE_MS
  const theirs = (others.reduce((a, b) => a + b, 0) / (others.length * 1_000)) * MINUTE_MS
  const left = Math.min(LIMIT * (1 - RESERVE), LIMIT - theirs)
  const refused = refusedOf(requests) / requests.length
  return finding('rate-limit-shared', {
    measured: perMinute,
    reference: left,
    goal: '>= 0.85',
    also: refused < 0.01 && failed === 0,
    rows: [
      ['another integration took, requests a minute', theirs.toFixed(0)],
      ['what is left of the limit for us', left.toFixed(0)],
      ['our requests a minute', perMinute.toFixed(0)],
      ['share of answers 429 (goal < 1 %)', `${(refused * 100).toFixed(2)} %`],
      ['failed jobs (goal 0)', String(failed)],
    ],
  })
}

interface Run {
  readonly requests: readonly Logged[]
  readonly failed: number
}

/** Users created one by one at the real pace. Requests are those from the first creation to the last. */
async function run({
  count,
  workers,
  meanwhile,
}: {
  count: number
  workers: number
  meanwhile?: (consume: (requests: number) => Promise<void>, signal: AbortSignal) => Promise<void>
}): Promise<Run> {
  await using stage = await setStage({ ldif: users(count), sandbox: { plan: 'enterprise', bulkImport: false } })
  await stage.start('producer')
  await stage.cycle()
  for (let i = 0; i < workers; i++) await stage.start('worker')
  const ending = new AbortController()
  const other = meanwhile?.(
    (requests) => stage.zendesk.call('POST', '/sandbox/consume', { requests: Math.max(1, requests) }),
    ending.signal,
  )
  await stage.drained(20 * MINUTE_MS)
  ending.abort()
  await other
  const all = await stage.zendesk.requests()
  const creations = all.filter((one) => one.method === 'POST' && one.path === '/api/v2/users')
  const [from, to] = [Math.min(...creations.map((one) => one.at)), Math.max(...creations.map((one) => one.at))]
  return { requests: all.filter((one) => one.at >= from && one.at <= to), failed: await stage.failedJobs() }
}

function spanOf(requests: readonly Logged[]): number {
  return Math.max(...requests.map((one) => one.at)) - Math.min(...requests.map((one) => one.at))
}

function refusedOf(requests: readonly Logged[]): number {
  return requests.filter((one) => one.status === 429).length
}

/** Shares that look random and are the same in every run. */
function random(i: number): number {
  const x = Math.sin(i * 12.9898 + 4.1414) * 43_758.5453
  return x - Math.floor(x)
}
