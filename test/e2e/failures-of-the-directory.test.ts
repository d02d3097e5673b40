import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = Array.from({ length: 120 }, (_one, i) => ({ uid: `user${String(i).padStart(3, '0')}` }))
const suspended = async () => (await world.zendesk.users()).filter((user) => user.suspended).length
const failures = () => world.logs.filter((line) => line.msg === 'Cycle failed; nothing was planned')

/** Nobody lost access, one line told what is wrong, and the next good cycle needs no help. */
async function expectHarmless(code: string): Promise<void> {
  await world.zendesk.forgetRequests()
  await expect(world.cycle()).rejects.toThrow()
  await expect(world.cycle()).rejects.toThrow()
  expect(await world.zendesk.writes()).toEqual([])
  expect(failures().map((line) => line['code'])).toEqual([code])
  expect((await world.problems('connection')).map((problem) => problem.code)).toEqual([code])
}

async function expectRecovered(): Promise<void> {
  await modifyEntry(world.slapd, personDn('user000'), { replace: { telephoneNumber: '1' } })
  await world.step()
  expect((await world.zendesk.user('user000@example.org'))?.phone).toBe('1')
  expect(await suspended()).toBe(0)
  expect(await world.problems('connection')).toEqual([])
}

describe('a directory that', () => {
  it('is away changes nothing, says so once, and is followed when it is back', async () => {
    world = await openWorld({ ldif: directoryOf(people), sandbox: { bulkImport: true } })
    await world.step()

    await world.slapd.pause()
    await expectHarmless('DIRECTORY_UNREACHABLE')

    await world.slapd.restart()
    await expectRecovered()
  })

  it('refuses the password changes nothing and says so once', async () => {
    world = await openWorld({ ldif: directoryOf(people.slice(0, 3)), config: { directory: { bindPassword: 'wrong' } } })

    await expectHarmless('DIRECTORY_BIND_REFUSED')
  })

  it('is cut off in mid-scan changes nothing, and is followed when it is whole', async () => {
    let proxy: TcpProxy | undefined
    world = await openWorld({
      ldif: directoryOf(people),
      sandbox: { bulkImport: true },
      ldapUrl: async (slapd) => {
        proxy = await startTcpProxy(slapd.port)
        return `ldap://127.0.0.1:${proxy.port}`
      },
    })
    await using _proxy = proxy!
    await world.step()

    proxy!.cutAfter(6_000)
    proxy!.cut()
    await expectHarmless('DIRECTORY_SCAN_INCOMPLETE')

    proxy!.cutAfter(undefined)
    await expectRecovered()
  })

  it('answers with nobody in scope suspends nobody: the guard holds them', async () => {
    const uids = people.map(({ uid }) => uid)
    world = await openWorld({
      ldif: directoryOf(people, { scope: uids }),
      sandbox: { bulkImport: true },
      config: {
        guard: { users: { min: 10 } },
        users: { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }] },
      },
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('scope'), { replace: { member: 'cn=nobody,dc=example,dc=org' } })

    await world.step()
    const held = await world.ledger.held()
    await modifyEntry(world.slapd, groupDn('scope'), { replace: { member: uids.map((uid) => personDn(uid)) } })
    await world.step()

    expect(held).toHaveLength(120)
    expect(await suspended()).toBe(0)
    expect(await world.ledger.held()).toEqual([])
  })

  it('lost the scope group, or its base, plans nothing', async () => {
    world = await openWorld({
      ldif: directoryOf(people.slice(0, 3)),
      config: { users: { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('gone') }] } },
    })

    await expectHarmless('SCOPE_GROUP_MISSING')
  })

  it('lost a base plans nothing, and says which key names it', async () => {
    world = await openWorld({
      ldif: directoryOf(people.slice(0, 3)),
      config: {
        users: { locations: [{ base: 'ou=people,dc=example,dc=org' }, { base: 'ou=gone,dc=example,dc=org' }] },
      },
    })

    await expectHarmless('DIRECTORY_BASE_MISSING')
    expect(await world.problems('connection')).toMatchObject([
      {
        what: expect.stringMatching(
          /\(users\.locations\[1\]\.base\).* is incomplete: .*, and correct users\.locations\[1\]/,
        ),
      },
    ])
  })
})

describe('an entry', () => {
  it('without an address, and one with a malformed one, are reported and stop nobody else', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'nomail', mail: null }, { uid: 'odd', mail: 'odd-at-example' }]),
    })

    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(['ada@example.org'])
    expect((await world.problems('user')).map((problem) => [problem.code, problem.dn])).toEqual(
      expect.arrayContaining([
        ['EMAIL_MISSING', personDn('nomail')],
        ['EMAIL_MALFORMED', personDn('odd')],
      ]),
    )
  })

  it('that loses its address keeps its user, and is let in again with the next one', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { delete: { mail: [] } })
    await world.step()
    const without = await world.zendesk.user('ada@example.org')

    await modifyEntry(world.slapd, personDn('ada'), { add: { mail: 'ada@example.org', telephoneNumber: '9' } })
    await world.step()

    expect(without?.suspended).toBe(false)
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('9')
    expect(await world.problems('user')).toEqual([])
  })
})
