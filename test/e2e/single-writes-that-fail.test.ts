import { describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** What each write meets, one after the other. */
const KINDS = [
  ['pages of a proxy', ['html', 'html-200']],
  ['a collision and a cut answer', ['409-text', 'cut']],
  ['a database out of breath and a lost answer', ['503', 'reset-after']],
] as const

const addresses = async (world: World) => (await world.zendesk.users()).map((user) => user.email?.split('@')[0])
const met = (world: World) =>
  world.sandbox.requests.filter((one) => one.fault).map((one) => `${one.method} ${one.path.split('/')[3]}`)
const failed = async (world: World) =>
  (await Promise.all(CHANGE_QUEUES.map((name) => world.queue(name).getFailedCount()))).reduce((a, b) => a + b, 0)

describe.concurrent('single writes that fail', () => {
  it.each(KINDS)('with %s are done in the end, and once', async (_what, kinds) => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'carl' }, { uid: 'dora' }], {
        agents: ['ada', 'bob'],
        'zd-stay': ['ada'],
        'zd-gone': [],
      }),
      config: { users: { remove: { deleted: 'delete' } }, groups: { remove: 'delete-created' } },
      sandbox: { bulkImport: false, limits: 'off' },
    })
    const expected: string[] = []
    const meet = async (method: string, path: string) => {
      for (const kind of kinds) {
        await world.fault({ method, path: `/api/v2/${path}$`, kind })
        expected.push(`${method} ${path.split('/')[0]}`)
      }
    }
    await meet('POST', 'users')
    await meet('POST', 'groups')
    await meet('POST', 'group_memberships')
    await world.step()
    await meet('PUT', 'users/\\d+')
    await meet('PUT', 'users/\\d+')
    await modifyEntry(world.slapd, personDn('bob'), { replace: { telephoneNumber: '7' } })
    await modifyEntry(world.slapd, personDn('dora'), { replace: { employeeStatus: 'left' } })
    await world.step()
    await meet('DELETE', 'users/\\d+')
    await meet('DELETE', 'groups/\\d+')
    await meet('DELETE', 'group_memberships/\\d+')
    await deleteEntry(world.slapd, personDn('carl'))
    await deleteEntry(world.slapd, groupDn('zd-gone'))
    await modifyEntry(world.slapd, groupDn('zd-stay'), { replace: { member: personDn('bob') } })
    await world.step()
    await world.step()

    expect(await addresses(world)).toEqual(['ada', 'bob', 'dora'])
    expect((await world.zendesk.user('bob@example.org'))?.['phone']).toBe('7')
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(['Support', 'zd-stay'])
    expect(await world.zendesk.members('zd-stay')).toEqual(['bob@example.org'])
    expect((await world.zendesk.user('dora@example.org'))?.suspended).toBe(true)
    expect(met(world).sort()).toEqual(expected.sort())
    expect(await failed(world)).toBe(0)
    expect((await world.ledger.problems()).map(({ problem }) => problem.code)).toEqual(['BULK_IMPORT_OFF'])
  })
})
