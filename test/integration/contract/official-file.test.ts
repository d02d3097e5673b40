import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { RecordedExchange } from '../../fixtures/recording-proxy.ts'
import { exchangeDifferences } from './exchange-differences.ts'
import { EXCEPTIONS } from './exceptions.ts'
import { doMainJob, loadWithoutBulk } from './main-job.ts'
import { observeEveryCall, observeEveryRefusal } from './observe-client.ts'
import { readOfficialFile } from './official-file.ts'
import { readExchanges } from './recordings.ts'

const FACTS = process.env['PROVISIONER_FACTS'] ?? fileURLToPath(new URL('../../../../shared/facts', import.meta.url))
const file = `${FACTS}/zendesk/support-oas.json`
const recordings = `${FACTS}/zendesk/recordings.jsonl`
const found = existsSync(file) && existsSync(recordings)

if (!found)
  process.stderr.write(
    'Zendesk’s description of its API is not here: nothing to hold requests and answers against (PROVISIONER_FACTS)\n',
  )

/** Calls of the client that the job makes in rare cases, or that only admins' tools make. */
const RARE = [
  'GET /api/v2/audit_logs',
  'GET /api/v2/brand_agents',
  'GET /api/v2/groups/{group_id}/memberships',
  'GET /api/v2/users/{user_id}/brand_agents',
]
/** Calls that are made where `users.remove.tickets` asks for them. */
const OF_TICKETS = /\/(tickets\/\w+|v2\/search)$/

describe.skipIf(!found)('what is said to Zendesk, and what the sandbox answers, is as the official file says', () => {
  const official = found ? readOfficialFile(file) : undefined!
  const differences = (exchanges: readonly RecordedExchange[]) => [
    ...new Set(exchanges.flatMap((exchange) => exchangeDifferences(exchange, official))),
  ]
  const unexcused = (all: readonly string[]) =>
    all.filter((one) => !EXCEPTIONS.some(({ differs }) => differs.test(one)))
  const operations = (exchanges: readonly RecordedExchange[]) =>
    [...new Set(exchanges.map(({ method, path }) => official.find(method, path)?.name ?? `${method} ${path}`))].sort()

  it('for every call of the client, every refusal, and the whole job, which calls nothing else', async () => {
    const [calls, refusals, job, load] = await Promise.all([
      observeEveryCall(),
      observeEveryRefusal(),
      doMainJob(),
      loadWithoutBulk(),
    ])
    const all = differences([...calls, ...refusals, ...job, ...load])

    expect(unexcused(all)).toEqual([])
    expect(operations([...job, ...load])).toEqual(
      [...operations(calls), 'POST /oauth/tokens'].filter((one) => !RARE.includes(one) && !OF_TICKETS.test(one)).sort(),
    )
    expect(EXCEPTIONS.filter(({ differs }) => !all.some((one) => differs.test(one)))).toEqual([])
  }, 90_000)

  it('or known to be otherwise: what counts as recorded is in the recordings', () => {
    const recorded = differences(readExchanges(readFileSync(recordings, 'utf8')))

    const proved = EXCEPTIONS.filter(({ known }) => known === 'recorded')
    expect(proved.filter(({ differs }) => !recorded.some((one) => differs.test(one)))).toEqual([])
  })
})
