import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf, group, groupDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

type Shown = { name: string; description: string; is_public: boolean }
const shown = async (name: string): Promise<Shown | undefined> => {
  const all = (await world.zendesk.groups()) as unknown as Shown[]
  const one = all.find((some) => some.name === name)
  return one && { name, description: one.description, is_public: one.is_public }
}
const addGroup = (cn: string, description: string) =>
  addEntry(world.slapd, groupDn(cn), { ...group(cn, []), description })

describe('groups that are created', () => {
  it('have the directory’s description, which is never written again, nor to a group that was there', async () => {
    world = await openWorld({
      ldif: directoryOf([]),
      config: { groups: { atCreation: { description: 'description' } } },
    })
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-old', description: 'by hand' } })
    await addGroup('zd-old', 'of the directory')
    await addGroup('zd-new', ' Second\u0007 level\nBerlin ')
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-new'), { replace: { description: 'Another' } })
    await world.fullStep()

    expect(await shown('zd-old')).toEqual({ name: 'zd-old', description: 'by hand', is_public: true })
    expect(await shown('zd-new')).toEqual({ name: 'zd-new', description: 'Second  level\nBerlin', is_public: true })
  })

  it('are private where that is asked for, and public else', async () => {
    world = await openWorld({
      ldif: directoryOf([], { 'zd-new': [] }),
      config: { groups: { atCreation: { is_public: false } } },
    })
    await world.step()

    expect(await shown('zd-new')).toEqual({ name: 'zd-new', description: '', is_public: false })
  })

  it('have it also when the worker that creates them is killed', async () => {
    world = await openWorld({
      ldif: directoryOf([]),
      config: { groups: { atCreation: { description: 'description', is_public: false } } },
      workers: 0,
    })
    await killWhileItWaits(world, 'timeout-before', ['POST /api/v2/groups$'], () => addGroup('zd-new', 'Berlin'))
    await world.addWorker()
    await world.settled()

    expect(await shown('zd-new')).toEqual({ name: 'zd-new', description: 'Berlin', is_public: false })
    expect((await world.zendesk.groups()).filter(({ name }) => name === 'zd-new')).toHaveLength(1)
  })
})
