import { finding, type Finding } from './result.ts'
import { loadLdif, REFERENCE, type LoadSize } from './reference-load.ts'
import { setStage } from './stage.ts'

/** Enterprise's 700 a minute, less the reserve of 20 %. */
const RATE_PER_MS = 560 / 60_000
const JOB_STATUSES = 30

interface Load {
  readonly ms: number
  readonly requests: number
  readonly durations: readonly number[]
  readonly refused: number
}

let done: Promise<Load> | undefined

/** The reference load, once for all benchmarks that look at it. */
function referenceLoad(): Promise<Load> {
  return (done ??= load(REFERENCE))
}

async function load(size: LoadSize): Promise<Load> {
  await using stage = await setStage({
    ldif: loadLdif(size),
    sandbox: { plan: 'enterprise', clock: 1, bulkImport: true },
  })
  await stage.start('producer')
  await stage.cycle()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(600_000)
  const requests = await stage.zendesk.requests()
  const writes = requests.filter((one) => one.method !== 'GET' && !one.path.includes('/oauth/'))
  const holds = await stage.zendesk.holds()
  const wanted = { users: size.agents + size.endUsers, groups: size.groups, memberships: size.memberships }
  if (holds.users < wanted.users || holds.groups < wanted.groups || holds.memberships < wanted.memberships)
    throw new Error(`Zendesk holds ${JSON.stringify(holds)}, and not ${JSON.stringify(wanted)}`)
  return {
    ms: Math.max(...requests.map((one) => one.at)) - Math.min(...writes.map((one) => one.at)),
    requests: requests.length,
    durations: (await stage.zendesk.jobDurations()).map((job) => job.ms),
    refused: requests.filter((one) => one.status === 429).length,
  }
}

/** The shortest time that the limits allow: requests, job statuses, or the longest chain govern. */
function referenceOf(size: LoadSize, durations: readonly number[]): { ms: number; requests: number } {
  const users = size.agents + size.endUsers
  const calls = Math.ceil(users / 100) + size.groups + Math.ceil(size.memberships / 100)
  const longest = Math.max(...durations)
  const slots = durations.reduce((sum, ms) => sum + ms, 0) / JOB_STATUSES
  let ms = Math.max(slots, 2 * longest)
  for (let i = 0; i < 10; i++) ms = Math.max(ms, (calls + ms / 2_000) / RATE_PER_MS)
  return { ms, requests: calls + Math.ceil(ms / 2_000) }
}

/** Wall time of the reference load, bulk on, against T. */
export async function initialLoad(): Promise<Finding> {
  const { ms, durations, refused } = await referenceLoad()
  const reference = referenceOf(REFERENCE, durations)
  return finding('initial-load', {
    measured: ms / 1000,
    reference: reference.ms / 1000,
    goal: '<= 1.25',
    rows: [
      ['users, groups, memberships', '10,000, 200, 20,000'],
      ['job statuses', `${durations.length}, ${(durations.reduce((a, b) => a + b, 0) / 1000).toFixed(0)} s in all`],
      ['T, s', (reference.ms / 1000).toFixed(1)],
      ['from the first write to the last answer, s', (ms / 1000).toFixed(1)],
      ['answers 429', String(refused)],
    ],
  })
}

/** Requests that the reference load takes, against the fewest that could do it. */
export async function requestCount(): Promise<Finding> {
  const { requests, durations } = await referenceLoad()
  const reference = referenceOf(REFERENCE, durations)
  return finding('request-count', {
    measured: requests,
    reference: reference.requests,
    goal: '<= 1.2',
    rows: [
      ['fewest: batches of 100, groups one by one, a poll every 2 s', String(reference.requests)],
      ['sent, reads, polls and tokens included', String(requests)],
    ],
  })
}
