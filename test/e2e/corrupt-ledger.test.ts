import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
const staying = Array.from({ length: 20 }, (_one, i) => ({ uid: `stay${i}` }))
const leaving = ['ada', 'bob', 'cyd', 'dee'].map((uid) => ({ uid }))

let world: World
beforeEach(async () => {
  world = await openWorld({
    ldif: directoryOf([...staying, ...leaving, { uid: 'nobody', mail: null }]),
    config: { guard: { users: { share: '5%', min: 3 } } },
  })
  await world.step()
  for (const { uid } of leaving) await deleteEntry(world.slapd, personDn(uid))
  await world.step()
  await cli('reject', 'staff', '--matching', 'ada')
})
afterEach(() => world?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(world, args)
const suspended = async () => (await world.zendesk.users()).filter((user) => user.suspended).length
const nameOf = async (uid: string) =>
  (await world.zendesk.users()).find(({ email }) => email === `${uid}@example.org`)?.name

/** A cycle that has something to do, and what came of it. */
async function renameSomebody(): Promise<string | undefined> {
  await modifyEntry(world.slapd, personDn('stay1'), { replace: { cn: 'Renamed Meanwhile' } })
  await world.step()
  return nameOf('stay1')
}

const firstField = async (key: string) => (await world.redis.hkeys(key)).sort()[0]!

it.each([
  ['a problem', keys.problems, 'no JSON', '{"problem":', 'mended'],
  ['a held change', keys.held, 'no JSON', '{"key":', 'mended'],
  ['a decision', keys.decisions, 'JSON of another shape', '[]', 'told'],
  ['the last cycle', keys.state, 'JSON of another shape', '7', 'mended'],
])('in place of %s in %s, %s stops nobody else', async (_one, key, _what, text, becomes) => {
  const field = key === keys.state ? 'lastCycle' : await firstField(key)
  const before = await world.redis.hget(key, field)
  await world.redis.hset(key, field, text)

  const [status, held, problems] = [await cli('status'), await cli('held'), await cli('problems')]
  const name = await renameSomebody()
  const after = await world.redis.hget(key, field)

  expect([status, held, problems].map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ])
  expect(problems.stdout).toMatch(/LEDGER_UNREADABLE/)
  expect(problems.stdout).toContain(`In Redis ${key}, field '${field}', is not what belongs there`)
  expect([name, await suspended()]).toEqual(['Renamed Meanwhile', 0])
  if (becomes === 'told') expect(after).toBe(text)
  else expect(Object.keys(JSON.parse(after!) as object)).toEqual(Object.keys(JSON.parse(before!) as object))
})

it('what nobody can read of a decision is a rejection, until an admin decides again', async () => {
  await world.redis.hset(keys.decisions, await firstField(keys.decisions), 'approved, I think')

  await cli('approve', 'staff', '--matching', 'bob')
  await world.fullStep()
  const before = await suspended()
  const again = await cli('approve', 'staff', '--matching', 'ada')
  await world.step()

  expect([before, again.code, await suspended()]).toEqual([1, 0, 2])
  expect(again.stdout).toContain('1 held change approved')
  expect((await cli('problems')).stdout).not.toContain('LEDGER_UNREADABLE')
})

it.each([
  ['problems', keys.problems],
  ['held changes', keys.held],
])('a string in place of all %s is replaced by the next cycle', async (_what, key) => {
  await world.redis.set(key, 'something else')

  const told = await cli('problems')
  const name = await renameSomebody()

  expect(told.stdout).toContain(`In Redis ${key} is a string, and no hash`)
  expect([name, await world.redis.type(key), await suspended()]).toEqual(['Renamed Meanwhile', 'hash', 0])
  await world.step()
  expect((await cli('problems')).stdout).not.toContain('LEDGER_UNREADABLE')
})

it('a string in place of all decisions keeps what is held, and says what to remove', async () => {
  await world.redis.set(keys.decisions, 'something else')

  const name = await renameSomebody()
  await world.fullStep()
  const refused = await cli('approve', 'staff')

  expect([name, await suspended()]).toEqual(['Renamed Meanwhile', 0])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`LEDGER_UNREADABLE: In Redis ${keys.decisions} is a string, and no hash.`)
  expect(refused.stderr).toContain(`DEL ${keys.decisions}`)
})

it('a string in place of what is known of the connection itself is replaced, and nobody loses access', async () => {
  await world.redis.set(keys.state, 'something else')

  await world.cycle()
  const [status, problems] = [await cli('status'), await cli('problems')]

  expect([await world.redis.type(keys.state), await suspended(), status.stderr]).toEqual(['hash', 0, ''])
  expect(problems.stdout).toContain(`In Redis ${keys.state} is a string, where the ledger has a hash`)
})

it('a service that nobody can read is missing among those that run', async () => {
  await world.redis.hset(accountKeys(STAFF.account).services, 'worker|broken', '{')

  expect((await cli('status')).stdout).toMatch(/workers +1 running/)
})
