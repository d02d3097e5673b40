import { startZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { createAuthorization } from '@provisioner/zendesk/auth.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isDuplicateEmail, isDuplicateExternalId, ZendeskError } from '@provisioner/zendesk/errors.ts'
import { hasEnded, readResult, type JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

let client: ZendeskClient
beforeAll(async () => {
  const { redis } = owned.use(await openRedis())
  const credentials = { clientId: 'provisioner', clientSecret: 'a secret of the test' }
  const sandbox = owned.use(
    await startZendeskSandbox({ plan: 'enterprise', clock: 50, bulkImport: false, credentials }),
  )
  const { log } = recordingLog()
  const auth = createAuthorization({
    accountId: 'sandbox',
    url: sandbox.url,
    auth: credentials,
    redis,
    log: log as never,
    requestTimeoutMs: 5_000,
  })
  client = owned.use(openClient({ url: sandbox.url, redis, auth })).client
})

const problemOf = (error: unknown) => (error instanceof ZendeskError ? error.problem : error)

async function resultsOf(status: JobStatus) {
  let latest: JobStatus | undefined
  await expect
    .poll(async () => ([latest] = await client.jobStatuses.showMany([status.id])) && hasEnded(latest!), {
      timeout: 20_000,
    })
    .toBe(true)
  return latest!.results?.map(readResult) ?? null
}

it('knows whose credentials it has', async () => {
  const me = await client.users.me()

  expect(me).toMatchObject({ id: expect.any(Number), role: 'admin' })
})

it('creates, finds, updates and deletes a user', async () => {
  const ada = await client.users.create({
    name: 'Ada',
    email: 'ada+1@acme.example',
    external_id: 'ada-1',
    skip_verify_email: true,
  })

  expect(await client.users.show(ada.id)).toMatchObject({
    email: 'ada+1@acme.example',
    external_id: 'ada-1',
    role: 'end-user',
  })
  expect((await client.users.showMany({ externalIds: ['ada-1', 'nobody'] })).map((user) => user.id)).toEqual([ada.id])
  await expect
    .poll(async () => (await client.users.search({ email: 'ADA+1@acme.example' })).map((user) => user.id), {
      timeout: 5_000,
    })
    .toEqual([ada.id])
  expect((await client.users.update(ada.id, { alias: 'Countess' })).alias).toBe('Countess')

  await client.users.delete(ada.id)
  expect(await client.users.show(ada.id)).toMatchObject({ active: false, email: null, external_id: null })
  expect(await client.users.showMany({ ids: [ada.id] })).toEqual([])
})

it('tells a taken address from a taken external id', async () => {
  await client.users.create({ name: 'Bob', email: 'bob@acme.example', external_id: 'bob-1', skip_verify_email: true })

  const sameEmail = await client.users
    .create({ name: 'Bob', email: 'Bob@acme.example' })
    .catch((error: unknown) => error)
  const sameId = await client.users
    .create({ name: 'Bob', email: 'bob2@acme.example', external_id: 'BOB-1' })
    .catch((error: unknown) => error)

  expect([isDuplicateEmail(sameEmail), isDuplicateExternalId(sameEmail)]).toEqual([true, false])
  expect([isDuplicateEmail(sameId), isDuplicateExternalId(sameId)]).toEqual([false, true])
})

it('is told that bulk import is off, and updates in bulk all the same', async () => {
  const users = [
    await client.users.create({ name: 'Cy', email: 'cy@acme.example' }),
    await client.users.create({ name: 'Di', email: 'di@acme.example' }),
  ]

  const refused = await client.users.createMany([{ name: 'Eve', email: 'eve@acme.example' }]).catch(problemOf)
  const results = await resultsOf(await client.users.updateMany(users.map(({ id }) => ({ id, notes: 'in bulk' }))))

  expect(refused).toEqual({ kind: 'forbidden', bulkImport: true })
  expect(results).toMatchObject(users.map(({ id }) => ({ failed: false, id })))
  expect((await client.users.show(users[0]!.id)).notes).toBe('in bulk')
})

it('makes another address the primary one and drops the old', async () => {
  const user = await client.users.create({ name: 'Fay', email: 'fay@acme.example' })

  const added = await client.identities.create(user.id, {
    type: 'email',
    value: 'fay.new@acme.example',
    verified: true,
  })
  const [primary] = await client.identities.makePrimary(user.id, added.id)
  const old = (await client.identities.list(user.id)).find((identity) => identity.value === 'fay@acme.example')!
  await client.identities.delete(user.id, old.id)

  expect(primary).toMatchObject({ value: 'fay.new@acme.example', primary: true })
  expect((await client.users.show(user.id)).email).toBe('fay.new@acme.example')
  expect((await client.identities.list(user.id)).map((identity) => identity.value)).toEqual(['fay.new@acme.example'])
})

it('keeps groups and memberships', async () => {
  const agent = await client.users.create({ name: 'Gil', email: 'gil@acme.example', role: 'agent' })
  const [one, two] = [
    await client.groups.create({ name: 'Desk one' }),
    await client.groups.create({ name: 'Desk two' }),
  ]

  const membership = await client.memberships.create({ user_id: agent.id, group_id: one.id })
  await resultsOf(await client.memberships.createMany([{ user_id: agent.id, group_id: two.id }]))
  const held = await client.memberships.ofUser(agent.id)

  expect(held.map((one) => one.group_id)).toEqual(expect.arrayContaining([one.id, two.id]))
  expect((await client.memberships.ofGroup(one.id)).map(({ id }) => id)).toEqual([membership.id])
  await client.memberships.delete(membership.id)
  await client.groups.update(two.id, { name: 'Desk 2' })
  expect((await client.groups.list()).find(({ id }) => id === two.id)?.name).toBe('Desk 2')
  await client.groups.delete(two.id)
  expect(await client.groups.update(two.id, { name: 'Gone' }).catch(problemOf)).toEqual({ kind: 'not found' })
})

it('refuses a batch of too many whole', async () => {
  const ids = Array.from({ length: 101 }, (_, i) => i + 1)

  expect(await client.users.updateMany(ids.map((id) => ({ id, notes: 'x' }))).catch(problemOf)).toMatchObject({
    kind: 'batch refused',
  })
})
