import { expect, it } from 'vitest'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

it('a problem of a write says what is wrong now; one of the same code is logged once, and keeps its time', async () => {
  await using server = await openRedis()
  const problems = new WriteProblems(server.redis, STAFF)
  const report = (code: string, what: string, now: number) =>
    problems.report({ code, subject: 'user', id: 'ada', what, todo: 'Correct it' }, now)
  const told = async () =>
    (await new LedgerReader(server.redis, STAFF).problems()).map(({ problem, since }) => [problem.what, since])

  expect([await report('REFUSED', 'Role', 1), await told()]).toEqual([true, [['Role', 1]]])
  expect([await report('REFUSED', 'Role', 2), await told()]).toEqual([false, [['Role', 1]]])
  expect([await report('REFUSED', 'Organization', 3), await told()]).toEqual([false, [['Organization', 1]]])
  expect([await report('FORBIDDEN', 'Right', 4), await told()]).toEqual([true, [['Right', 4]]])
})
