import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { CLI_MAIN, runCli } from '../fixtures/cli.ts'
import { historyEvents } from '../fixtures/history-events.ts'
import { directoryOf } from '../fixtures/people.ts'
import { startRedisTap } from '../fixtures/redis-tap.ts'
import { HOLDING, openHoldingWorld } from '../fixtures/holding-world.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const { config } = HOLDING

/** Runs a command, and kills it when it is about to say a word to Redis. */
async function killAt(on: World, word: string, args: readonly string[]): Promise<void> {
  await using tap = await startRedisTap(on.redisServer.port)
  const path = join(mkdtempSync(join(tmpdir(), 'provisioner-killed-')), 'provisioner.yaml')
  writeFileSync(path, on.yaml.replace(on.redisServer.url, tap.url))
  const said = tap.holdAt(word)
  const child = spawn(process.execPath, [CLI_MAIN, '--config', path, ...args], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await Promise.race([said, ended])
  child.kill('SIGKILL')
  await ended
}

const keysOf = (connection: string) => world.redis.keys(`{zp:acme}:${connection}[:.]*`)
const owners = async (kind: 'user' | 'group' = 'user') =>
  Object.values(await world.redis.hgetall(accountKeys('acme').owners(kind))).map((owner) => owner.split('|')[0])

describe('provisioner connection rename', () => {
  it.each([
    ['its keys are renamed', '{zp:acme}:people:users'],
    ['what it owns is handed on', 'people|'],
    ['its queues are removed', '{zp:acme}:staff.users'],
  ])('killed while %s goes on, and a cycle under the new id writes nothing', async (_when, word) => {
    world = await openHoldingWorld()
    await runCli(world, ['pause', 'staff', '--removals', '--reason', 'a move'])
    await world.stopProduct()

    await killAt(world, word, ['connection', 'rename', 'staff', 'people', '--yes'])
    const between = await runCli(world, ['status'])
    const renamed = await runCli(world, ['connection', 'rename', 'staff', 'people', '--yes'])
    const events = (await historyEvents(world.redis, 'acme')).filter(({ type }) => type === 'ledger')
    await world.zendesk.forgetRequests()
    await using people = await openWorld({ ldif: '', servers: world, config: { ...config, id: 'people' } })
    await people.fullStep()

    expect(between.stderr).toMatch(/is being renamed.*: run 'provisioner connection rename staff people' again/)
    expect([renamed.code, renamed.stderr]).toEqual([0, ''])
    expect(renamed.stdout).toMatch(/It was broken off, and is done now: 'staff' is 'people' in Redis/)
    expect(await keysOf('staff')).toEqual([])
    expect(events).toEqual([
      expect.objectContaining({ operation: 'rename connection', connection: 'people', what: expect.any(String) }),
    ])
    expect(new Set([...(await owners()), ...(await owners('group'))])).toEqual(new Set(['people']))
    expect(await people.zendesk.writes()).toEqual([])
    expect((await runCli(people, ['held'])).stdout).toMatch(/eve@example\.org .* rejected by .*: on leave/)
    expect((await runCli(people, ['status'])).stdout).toMatch(/PAUSED .*\(a move\)/)
  })

  it('is refused while somebody works, where the new id is taken, and of what is not there', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const early = await runCli(world, ['connection', 'rename', 'staff', 'people', '--yes'])
    await world.stopProduct()
    await world.redis.hset('{zp:acme}:people:state', 'firstRun', 'done')

    const taken = await runCli(world, ['connection', 'rename', 'staff', 'people', '--yes'])
    const unknown = await runCli(world, ['connection', 'rename', 'stuff', 'crew', '--yes'])
    const wrong = await runCli(world, ['connection', 'rename', 'staff', 'My People', '--yes'])
    const unasked = await runCli(world, ['connection', 'rename', 'staff', 'crew'])

    const refused = [early, taken, unknown, wrong].map(({ code, stderr }) => [code, stderr])
    expect(refused).toEqual([
      [2, expect.stringMatching(/^CONNECTION_NOT_MOVABLE: .*producer .*Stop them first/)],
      [2, expect.stringMatching(/Redis has a connection 'people' already/)],
      [2, expect.stringMatching(/no connection 'stuff' of account 'acme'; it has people, staff/)],
      [2, expect.stringMatching(/'My People' can't be the id/)],
    ])
    expect([unasked.code, unasked.stdout]).toEqual([1, expect.stringMatching(/has 1 users and \d+ groups/)])
    expect(await owners()).toEqual(['staff'])
  })
})

describe('provisioner connection retire', () => {
  const of = (filter: string) => ({ users: { locations: [{ base: 'ou=people,dc=example,dc=org', filter }] } })

  it('hands people over to who has an entry for them, then lets go of the others, and writes nothing', async () => {
    const guest = { employeeType: 'guest' }
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob', ...guest }, { uid: 'zoe', ...guest }]),
      config: of('(!(employeeType=guest))'),
      others: [{ id: 'guests', ...of('(employeeType=guest)') }],
    })
    await world.step()
    const before = await owners()
    const configured = await runCli(world, ['connection', 'retire', 'guests', '--yes'])
    await world.stopProduct()
    await using one = await openWorld({ ldif: '', servers: world, config: of('(!(uid=zoe))') })
    await world.zendesk.forgetRequests()

    const offered = await runCli(one, ['connection', 'retire', 'guests', '--hand-over', '--yes'])
    await one.step()
    const between = await owners()
    const unasked = await runCli(one, ['connection', 'retire', 'guests'])
    await killAt(one, 'guests|', ['connection', 'retire', 'guests', '--yes'])
    const retired = await runCli(one, ['connection', 'retire', 'guests', '--yes'])
    await one.fullStep()

    expect(before.toSorted()).toEqual(['guests', 'guests', 'staff'])
    expect([configured.code, configured.stderr]).toEqual([2, expect.stringMatching(/Take it out first/)])
    expect([offered.code, offered.stdout]).toEqual([0, expect.stringMatching(/2 users and 0 groups .*Offered\./s)])
    expect(between.toSorted()).toEqual(['guests', 'staff', 'staff'])
    expect([unasked.code, unasked.stdout]).toEqual([1, expect.stringMatching(/1 users and 0 groups .*stay there/)])
    expect(retired.code).toBe(0)
    const told = (await historyEvents(world.redis, 'acme')).filter(({ type }) => type === 'ledger')
    expect(told.map((event) => 'operation' in event && event.operation)).toEqual([
      'offer connection',
      'retire connection',
    ])
    expect(await owners()).toEqual(['staff', 'staff'])
    expect(await keysOf('guests')).toEqual([])
    const users = await world.zendesk.users()
    expect(users.map(({ email, suspended }) => [email, suspended])).toEqual(
      ['ada', 'bob', 'zoe'].map((uid) => [`${uid}@example.org`, false]),
    )
    expect((await world.zendesk.writes()).filter(({ method }) => method !== 'PUT')).toEqual([])
  })
})
