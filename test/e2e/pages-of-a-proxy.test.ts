import { describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { CHANGE_QUEUES } from '@provisioner/shared/queues.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const PAGES = ['html', 'html-200']
const addresses = async (world: World) => (await world.zendesk.users()).map((user) => user.email?.split('@')[0])
const pagesMet = (world: World) =>
  world.sandbox.requests.filter((one) => one.fault?.startsWith('html')).map((one) => one.method)
const failed = async (world: World) =>
  (await Promise.all(CHANGE_QUEUES.map((name) => world.queue(name).getFailedCount()))).reduce((a, b) => a + b, 0)

describe.concurrent.each(PAGES)('a page of a proxy (%s) in place of Zendesk’s answer', (kind) => {
  it('to any single write is no success: the write is done in the end, once', async () => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'carl' }], {
        agents: ['ada', 'bob'],
        'zd-stay': ['ada'],
        'zd-gone': [],
      }),
      config: { users: { remove: { deleted: 'delete' } }, groups: { remove: 'delete-created' } },
      sandbox: { bulkImport: false, limits: 'off' },
    })
    const meet = async (method: string, path: string) => world.fault({ method, path: `/api/v2/${path}$`, kind })
    await meet('POST', 'users')
    await meet('POST', 'groups')
    await meet('POST', 'group_memberships')
    await world.step()
    await meet('PUT', 'users/\\d+')
    await meet('PUT', 'groups/\\d+')
    await modifyEntry(world.slapd, personDn('bob'), { replace: { telephoneNumber: '7' } })
    await addEntry(world.slapd, personDn('dora'), person({ uid: 'dora' }))
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
    expect(pagesMet(world).sort()).toEqual(['DELETE', 'DELETE', 'DELETE', 'POST', 'POST', 'POST', 'PUT'])
    expect(await failed(world)).toBe(0)
    expect((await world.ledger.problems()).map(({ problem }) => problem.code)).toEqual(['BULK_IMPORT_OFF'])
  })
})
