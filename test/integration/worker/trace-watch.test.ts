import { expect, it } from 'vitest'
import { beginTrace, readSteps } from '@provisioner/shared/ledger/traces.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import type { OpenJob } from '@provisioner/worker/entity/open-job.ts'
import { TraceWatch } from '@provisioner/worker/trace-watch.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const NAME = { account: 'acme', connection: 'staff' }
const ENTITY = { kind: 'user', id: 'id-1' } as const

it('keeps no masked value of a request, neither in its query nor as an identity', async () => {
  await using server = await openRedis()
  const { redis } = server
  const log = createLogger({ name: 'test', level: 'silent' })
  const watch = new TraceWatch({ redis, name: NAME, masked: ['email', 'phone'], log })
  const state = { presence: 'active', attributes: { email: 'ada+1@acme.com', phone: '+441 23' } }
  const record = {
    ...ENTITY,
    label: 'Ada',
    operation: 'update user',
    changed: ['email'],
    desired: state,
    applied: state,
  }
  const job = { ref: { connection: 'staff', ...ENTITY }, jobId: '1', record } as unknown as OpenJob
  const identities = [
    { type: 'email', value: 'former@acme.com' },
    { type: 'phone_number', value: '+44123' },
    { type: 'twitter', value: 'ada_l' },
  ]

  await beginTrace(redis, NAME, ENTITY)
  await watch.run(job, async () => {
    const asked = { method: 'GET', body: undefined, status: 200, ms: 1 }
    watch.listener()!({ ...asked, path: '/api/v2/users/search?query=email%3Aada%2B1%40acme.com', answer: '%' })
    watch.listener()!({ ...asked, path: '/api/v2/users/7/identities?%', answer: JSON.stringify({ identities }) })
    return { status: 'retry', why: 'ada+1@acme.com is taken' }
  })
  const read = async () => (await readSteps(redis, NAME, ENTITY, 0)).steps
  await until(
    async () => (await read()).length === 4,
    10_000,
    () => 'four steps are kept',
  )

  const told = JSON.stringify(await read())
  expect(told).not.toMatch(/acme\.com|441|23"/)
  expect(told).toContain('/api/v2/users/search?query=email:***')
  expect(told).toContain('ada_l')
})
