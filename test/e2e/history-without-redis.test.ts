import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { forgetHistory, historyOf, undoing } from '../fixtures/undo.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = ['ada', 'bob', 'cid', 'dan']
const config = { users: { map: { phone: { masked: true } } }, groups: { remove: 'delete-created' } }
const drained = async (one: World) => (await historyOf(one))[Symbol.asyncDispose]()

/** A company of which each kind of change was made: a leaver, a disabled one, a value, a member, a group. */
async function companyWithAPast(): Promise<void> {
  const ldif = directoryOf(
    people.map((uid) => ({ uid, telephoneNumber: '+441' })),
    { agents: ['ada', 'bob'], 'zd-first': ['ada', 'bob'], 'zd-old': ['ada'] },
  )
  world = await openWorld({ ldif, history: true, config })
  await world.step()
  await forgetHistory(world)
  await deleteEntry(world.slapd, personDn('dan'))
  await modifyEntry(world.slapd, personDn('cid'), { replace: { employeeStatus: 'left' } })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { cn: 'Ada Lovelace', telephoneNumber: '+442' } })
  await modifyEntry(world.slapd, groupDn('zd-first'), { delete: { member: personDn('bob') } })
  await deleteEntry(world.slapd, groupDn('zd-old'))
  await world.step()
  await world.step()
  await drained(world)
}

/** All of Redis is lost; the product finds everything again. */
async function loseRedis(): Promise<World> {
  await world.stopProduct()
  await world.redis.flushall()
  const dataFolder = world.env['PROVISIONER_DATA']!
  const again = await openWorld({ ldif: '', servers: world, history: true, dataFolder, config })
  await again.fullStep()
  await drained(again)
  return again
}

/** The number of the newest change of this kind that names somebody. */
async function numberOf(one: World, operation: string, label: string): Promise<number> {
  await using history = await historyOf(one)
  for await (const row of readEvents(history.database, { accounts: ['acme'], operation }))
    if (row.label?.includes(label)) return row.seq
  throw new Error(`The history has no '${operation}' of ${label}`)
}

const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)

describe('after Redis was lost and rebuilt, from the history alone', () => {
  it('explain and history tell what was done before, also of who has left, with masked values as such', async () => {
    await companyWithAPast()
    const dan = await user('dan')
    await using again = await loseRedis()

    const ada = await runCli(again, ['explain', 'ada@example.org'])
    const left = await runCli(again, ['explain', 'dan@example.org'])
    const told = await runCli(again, ['history', 'dan@example.org'])

    const recent = ada.stdout.split('in the last 90 days\n')[1]?.split('\n\n')[0]
    expect(recent).toMatch(
      /UTC {2}update user {2}name: ada → Ada Lovelace; phone: \*\*\* → \*\*\*; change \d+; cycle \d+/,
    )
    expect(ada.stdout + left.stdout + told.stdout).not.toContain('+44')
    expect(left).toMatchObject({ code: 0 })
    expect(left.stdout).toContain(`by the history they were Zendesk's user ${dan!.id}`)
    expect(left.stdout).toMatch(/in the last 90 days\n.*suspend user .*presence: active → suspended/)
    expect(told.stdout).toMatch(/suspend user .*dan@example.org/)
  })

  it('undo puts back what was done before: each is linked anew, and is the one it was', async () => {
    await companyWithAPast()
    const before = await Promise.all(['dan', 'cid', 'ada'].map(user))
    await using again = await loseRedis()
    const changes = await Promise.all([
      numberOf(again, 'suspend user', 'dan'),
      numberOf(again, 'suspend user', 'cid'),
      numberOf(again, 'update user', 'ada'),
      numberOf(again, 'remove member', 'bob'),
      numberOf(again, 'delete group', 'zd-old'),
    ])

    const { code, says } = await undoing(again, changes)
    await again.step()
    await again.step()

    expect([code, says]).toEqual([0, expect.stringMatching(/phone: its values are masked/)])
    const after = await Promise.all(['dan', 'cid', 'ada'].map(user))
    expect(after.map((one) => one!.id)).toEqual(before.map((one) => one!.id))
    expect(after).toMatchObject([{ suspended: false }, { suspended: false }, { name: 'ada' }])
    expect(after[0]!.external_id).toBe(before[0]!.external_id)
    expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org', 'bob@example.org'])
    expect(await world.zendesk.members('zd-old')).toEqual(['ada@example.org'])
    await world.zendesk.forgetRequests()
    await again.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('undo leaves out who is not in Zendesk any more', async () => {
    await companyWithAPast()
    const dan = await user('dan')
    await world.zendesk.call('DELETE', `/api/v2/users/${dan!.id}`)
    await using again = await loseRedis()

    const { code, says } = await undoing(again, [await numberOf(again, 'suspend user', 'dan')])

    expect([code, says]).toEqual([1, expect.stringContaining(`Zendesk has no user ${dan!.id} any more`)])
  })
})

describe('provisioner history', () => {
  it('finds by the directory who has a name that the directory alone has, and says as before where it is away', async () => {
    const eve = { dn: 'cn=Eve Example,ou=people,dc=example,dc=org', uid: 'eve7' }
    const entry = person({ uid: eve.uid, mail: 'eve@example.org', cn: 'Eve Example' })
    const ldif = `${directoryOf([{ uid: 'ada' }])}\n${ldifEntry(eve.dn, entry)}`
    world = await openWorld({ ldif, history: true })
    await world.step()
    await drained(world)

    const found = await runCli(world, ['history', eve.uid, '--json'])
    await world.slapd[Symbol.asyncDispose]()
    const away = await runCli(world, ['history', eve.uid])

    expect(found.code).toBe(0)
    expect(JSON.parse(found.stdout)).toMatchObject({ operation: 'create user', label: 'eve@example.org' })
    expect([away.code, away.stdout]).toEqual([1, expect.stringContaining("knows nobody and no group as 'eve7'")])
  })
})
