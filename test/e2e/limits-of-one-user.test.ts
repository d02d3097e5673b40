import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** What the sandbox asks to wait for after a 429 for one user, ms. */
const RETRY_AFTER_MS = 2_000

it('a 429 for one user makes that user wait, and nobody else', async () => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    sandbox: { limits: 'off' },
  })
  await world.step()
  const ada = (await world.zendesk.user('ada@example.org'))!.id
  await world.fault({ method: 'PUT', path: `/users/${ada}$`, kind: '429-one-user' })
  await world.queue('users.update').pause()

  await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
  await modifyEntry(world.slapd, personDn('bob'), { replace: { telephoneNumber: '7' } })
  await world.cycle()
  const puts = () => world.sandbox.requests.filter((one) => one.method === 'PUT')
  await until(
    () => puts().length === 1,
    10_000,
    () => 'ada is not written',
  )
  await world.queue('users.update').resume()
  await world.settled()

  const [refused, ...written] = puts()
  const after = (path: string) => {
    const put = written.find((one) => one.path.endsWith(path))
    return Date.parse(put!.at) - Date.parse(refused!.at)
  }
  const bob = (await world.zendesk.user('bob@example.org'))!
  expect(written.map(({ status }) => status)).toEqual([200, 200])
  expect(after(`/${bob.id}`)).toBeLessThan(RETRY_AFTER_MS)
  expect(after(`/${ada}`)).toBeGreaterThanOrEqual(RETRY_AFTER_MS)
  expect([bob['phone'], (await world.zendesk.user('ada@example.org'))?.suspended]).toEqual(['7', true])
})

it('a 429 for one user of a batch leaves that user out, and the others go on', async () => {
  const uids = ['ada', 'bob', 'cid', 'dan']
  await using world = await openWorld({
    ldif: directoryOf(uids.map((uid) => ({ uid }))),
    sandbox: { bulkImport: true, limits: 'off', clock: 100 },
  })
  await world.step()
  const { id } = (await world.zendesk.user('ada@example.org'))!
  await world.fault({ method: 'PUT', path: '/update_many$', body: `"id":${id},`, kind: '429-one-user', times: 3 })
  for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })
  await world.step()

  const puts = world.sandbox.requests.filter((one) => one.method === 'PUT')
  const sizes = (refused: boolean) =>
    puts
      .filter(({ status }) => (status === 429) === refused)
      .map(({ body }) => (body as { users?: object[] }).users?.length ?? 1)
  const last = (status: number) => Date.parse(puts.findLast((one) => one.status === status)!.at)
  expect([sizes(true), sizes(false)]).toEqual([
    [4, 2, 1],
    [1, 2, 1],
  ])
  expect(last(200) - last(429)).toBeGreaterThanOrEqual(RETRY_AFTER_MS)
  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(uids.map(() => '7'))
  const jobs = await world.queue('users.update').getCompleted()
  expect(jobs.map((job) => job.attemptsMade)).toEqual(uids.map(() => 1))
})

it('bulk updates that Zendesk counts among single writes go out one a second, once it has said so', async () => {
  const uids = Array.from({ length: 501 }, (_, i) => `uid${i}`)
  await using world = await openWorld({
    ldif: directoryOf(uids.map((uid) => ({ uid }))),
    sandbox: {
      bulkImport: true,
      limits: 'on',
      plan: 'enterprise-plus',
      clock: 100,
      unknowns: { updateManyInUserLimit: 'both' },
    },
  })
  await world.step()
  for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })
  await world.step()

  const sent = world.sandbox.requests.filter((one) => one.method === 'PUT' && one.path.includes('/users/'))
  const refused = sent.filter(({ status }) => status === 429)
  // six batches at once: five are refused, and one perhaps that a busy machine sent late; to go on like that costs nine
  // or more
  expect(refused.length).toBeLessThanOrEqual(6)
  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(uids.map(() => '7'))
  const jobs = await world.queue('users.update').getCompleted()
  expect(new Set(jobs.map((job) => job.attemptsMade))).toEqual(new Set([1]))
})
