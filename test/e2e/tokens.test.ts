import { expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** What the request for a new token can meet. */
const KINDS = ['401', '422-text', '429', '503', 'html', 'html-200', 'reset-after']

it('a token that ends in mid-run while no new one is to be had: jobs wait, none fails, the account is the problem', async () => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }]),
    sandbox: { bulkImport: false, limits: 'off' },
  })
  await world.step()
  const hire = async (uid: string) => {
    await addEntry(world.slapd, personDn(uid), person({ uid }))
    await world.cycle()
  }
  const jobs = world.queue('users.create')
  const isHere = async (uid: string) => {
    await jobs.promoteJobs() // what waits for an admin waits long
    return (await world.zendesk.user(`${uid}@example.org`)) !== undefined
  }
  const codes = async () => (await world.ledger.problems()).map(({ problem }) => problem.code)

  for (const kind of KINDS) {
    await world.fault({ method: 'POST', path: '/users$', kind: 'token-expired' })
    await world.fault({ method: 'POST', path: '/oauth/tokens$', kind })
    await hire(kind)
    await until(
      () => isHere(kind),
      10_000,
      () => `nobody is created after ${kind}`,
    )
  }
  await world.fault({ method: 'POST', path: '/users$', kind: '401', times: 'always' })
  await hire('bob')
  await until(
    async () => (await codes()).length > 0,
    10_000,
    () => 'nobody tells of the credentials',
  )
  const problems = await codes()
  world.sandbox.faults.clear()
  await until(
    () => isHere('bob'),
    10_000,
    () => 'bob is not created',
  )
  await world.settled()

  const met = world.sandbox.requests.map((one) => one.fault).filter((kind) => kind && KINDS.includes(kind))
  expect([...new Set(met)]).toEqual(KINDS)
  expect(await world.zendesk.users()).toHaveLength(KINDS.length + 2)
  expect([problems, await codes()]).toEqual([['ZENDESK_UNAUTHENTICATED'], []])
  for (const name of CHANGE_QUEUES) expect(await world.queue(name).getFailedCount()).toBe(0)
})
