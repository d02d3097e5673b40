import { expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { addressOf } from '../fixtures/directory-kinds.ts'
import { onDirectories } from '../fixtures/on-directories.ts'
import { startTcpProxy } from '../fixtures/tcp-proxy.ts'

/** Everybody is an agent. */
const AGENT = { byGroup: { 'cn=agents,ou=groups,dc=example,dc=org': null }, default: 'agent' }

const CREW = ['lea', 'max', 'nia', 'ole', 'pia', 'ray']

/** More than one page of a scan. */
const BREAKING = ['jan', 'kay', 'leo', 'mia', 'noa', 'oli', 'pam', 'quin']

onDirectories((on) => {
  it('who is in Zendesk already is adopted by their address, and mailed nothing', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('adopt')
    const { user } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Some Name', email: addressOf('abe'), skip_verify_email: true },
    })
    await addEntry(directory, directory.dn('abe', 'adopt-people'), directory.person('abe'))

    await world.step()

    const adopted = await world.zendesk.user(addressOf('abe'))
    expect([adopted?.id, adopted?.name, adopted?.['phone']]).toEqual([user.id, 'abe', '+49301'])
    expect(await world.zendesk.mails()).toEqual([])
  }, 120_000)

  it('an address moves with its person, and two who share one are told and left alone', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const dnOf = (name: string) => directory.dn(name, 'mail-people')
    await using world = await on.openOn('mail')
    for (const name of ['ben', 'cal']) await addEntry(directory, dnOf(name), directory.person(name))
    await world.step()
    const id = (await world.zendesk.user(addressOf('ben')))?.id

    await modifyEntry(directory, dnOf('ben'), { replace: { mail: 'ben.king@example.org' } })
    await world.step()
    const moved = (await world.zendesk.user('ben.king@example.org'))?.id
    await modifyEntry(directory, dnOf('cal'), { replace: { mail: 'BEN.King@example.org', telephoneNumber: '2' } })
    await world.step()

    expect(moved).toBe(id)
    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['EMAIL_TWICE', 'EMAIL_TWICE'])
    const cal = await world.zendesk.user(addressOf('cal'))
    expect([cal?.['phone'], cal?.suspended]).toEqual(['+49301', false])
  }, 120_000)

  it('a mass of leavers is held until an admin approves it, while everything else goes on', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const dnOf = (name: string) => directory.dn(name, 'mass-people')
    await using world = await on.openOn('mass', { guard: { users: { share: '5%', min: 2 } } })
    for (const name of CREW) await addEntry(directory, dnOf(name), directory.person(name))
    await world.step()

    for (const name of CREW.slice(0, 2)) await deleteEntry(directory, dnOf(name))
    for (const name of CREW.slice(2, 4)) await modifyEntry(directory, dnOf(name), directory.disable)
    await modifyEntry(directory, dnOf('ray'), { replace: { telephoneNumber: '2' } })
    await world.step()
    const held = await suspended(world)
    const phone = (await world.zendesk.user(addressOf('ray')))?.['phone']
    await runCli(world, ['approve', 'staff', '--only', 'users'])
    await world.step()

    expect([held, phone]).toEqual([[], '2'])
    expect(await suspended(world)).toEqual(CREW.slice(0, 4).map(addressOf).sort())
  }, 120_000)

  it('members who all go at once, by whatever the group shows then, stay until an admin approves it', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const names = ['una', 'vic', 'wim']
    const dns = names.map((name) => directory.dn(name, 'empty-people'))
    const crew = directory.dn('zd-empty', 'empty-groups')
    await using world = await on.openOn('empty', {
      guard: { memberships: { share: '5%', min: 2 } },
      users: { locations: [{ base: `ou=empty-people,${directory.suffix}` }], map: { name: 'cn', role: AGENT } },
    })
    for (const [i, name] of names.entries()) await addEntry(directory, dns[i]!, directory.person(name))
    await addEntry(directory, crew, directory.group('zd-empty', dns))
    await world.step()
    const before = await world.zendesk.members('zd-empty')

    await modifyEntry(directory, crew, { replace: { member: directory.nobody } })
    await world.step()
    const kept = await world.zendesk.members('zd-empty')
    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(before).toEqual(names.map(addressOf))
    expect(kept).toEqual(before)
    expect(await world.zendesk.members('zd-empty')).toEqual([])
  }, 120_000)

  it('a scope that is a group, nested ones included, has who is in it, and nobody else', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const [all, inner] = ['scope-all', 'scope-inner'].map((name) => directory.dn(name, 'scope-groups'))
    const dnOf = (name: string) => directory.dn(name, 'scope-people')
    await using world = await on.openOn('scope', {
      users: {
        locations: [{ base: `ou=scope-people,${directory.suffix}`, group: all, nested: true }],
        map: { name: 'cn', role: { ...AGENT, default: 'end-user' } },
      },
    })
    for (const name of ['dee', 'eli', 'flo']) await addEntry(directory, dnOf(name), directory.person(name))
    await addEntry(directory, inner!, directory.group('scope-inner', [dnOf('flo')]))
    await addEntry(directory, all!, directory.group('scope-all', [dnOf('dee'), inner!]))
    await world.step()
    const before = (await world.zendesk.users()).map(({ email }) => email)

    await modifyEntry(directory, all!, { replace: { member: [dnOf('eli'), inner!] } })
    await world.step()

    expect(before.sort()).toEqual(['dee', 'flo'].map(addressOf))
    expect((await world.zendesk.users()).map(({ email }) => email).sort()).toEqual(['dee', 'eli', 'flo'].map(addressOf))
    expect(await suspended(world)).toEqual([addressOf('dee')])
  }, 120_000)

  it('a connection that breaks in the middle of a scan removes nobody, and the next cycle goes on', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const dnOf = (name: string) => directory.dn(name, 'break-people')
    const { hostname, port } = new URL(directory.url)
    await using proxy = await startTcpProxy(Number(port || 389), hostname)
    await using world = await on.openOn('break', {}, `ldap://127.0.0.1:${proxy.port}`)
    for (const name of BREAKING) await addEntry(directory, dnOf(name), directory.person(name))
    await world.step()
    await modifyEntry(directory, dnOf('jan'), { replace: { telephoneNumber: '2' } })

    const failed: boolean[] = []
    for (const bytes of [100, 1_000, 2_000, 3_000]) {
      proxy.cut()
      proxy.cutAfter(bytes)
      failed.push(
        await world.cycle().then(
          () => false,
          () => true,
        ),
      )
    }
    const during = await suspended(world)
    proxy.cut()
    proxy.cutAfter(undefined)
    await world.step()

    expect(failed[0]).toBe(true)
    expect(during).toEqual([])
    expect(await suspended(world)).toEqual([])
    expect((await world.zendesk.user(addressOf('jan')))?.['phone']).toBe('2')
  }, 120_000)

  it('a value that goes is cleared in Zendesk, and one that comes is written', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const dn = directory.dn('xen', 'value-people')
    await using world = await on.openOn('value')
    await addEntry(directory, dn, directory.person('xen'))
    const phone = async () => (await world.zendesk.user(addressOf('xen')))?.['phone'] ?? null
    await world.step()
    const shown = [await phone()]

    for (const value of [[], ['+49309']]) {
      await modifyEntry(directory, dn, { replace: { telephoneNumber: value } })
      await world.step()
      shown.push(await phone())
    }

    expect(shown).toEqual(['+49301', null, '+49309'])
  }, 120_000)
})

async function suspended(world: { zendesk: { users(): Promise<{ suspended: boolean; email: string | null }[]> } }) {
  return (await world.zendesk.users()).filter((user) => user.suspended).map(({ email }) => email)
}
