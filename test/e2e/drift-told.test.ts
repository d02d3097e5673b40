import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!
const drift = async () => (await world.problems('user')).filter(({ code }) => code === 'DRIFT')

async function put(changes: object, onBehalfOf?: string): Promise<void> {
  await world.zendesk.call('PUT', `/api/v2/users/${(await user('ada')).id}`, { user: changes }, onBehalfOf)
}

describe('what somebody changed in Zendesk', () => {
  it.each([
    ['enterprise', "The audit log names 'Olga' as the last to change the user there, at 20"],
    ['professional', undefined],
  ] as const)('is told with who did it where the account has an audit log: %s', async (plan, told) => {
    const before = { users: [{ id: 11, name: 'Olga', email: 'owner@example.org', role: 'admin' }] }
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]), sandbox: { plan, before } })
    await world.step()
    await put({ phone: '2' }, 'owner@example.org')

    await world.fullStep()
    await world.fullStep()

    const [{ what } = { what: '' }] = await drift()
    expect(what).toContain("phone is '2' in place of '1'")
    if (told) expect(what).toContain(told)
    else expect(what).not.toContain('audit log')
    expect((await world.zendesk.requests({ path: /audit_logs/ })).length).toBe(2)
  })

  it('is told without who did it where the audit log fails, which fails no cycle', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()
    await put({ phone: '2' })
    await world.fault({ path: '/audit_logs', kind: '500', times: 'always' })

    await world.fullStep()

    expect(await drift()).toHaveLength(1)
  })

  it('is set right three times, and told from then on: else two programs would write in turns for ever', async () => {
    const ldif = directoryOf([{ uid: 'ada', roomNumber: '42', telephoneNumber: '1' }])
    world = await openWorld({ ldif, config: { drift: 'repair', users: { map: { notes: 'roomNumber' } } } })
    await world.step()
    const times: unknown[] = []
    for (let i = 0; i < 4; i++) {
      await put({ notes: 'by hand' })
      await world.fullStep()
      times.push((await user('ada'))['notes'], (await drift()).length)
    }

    expect(times).toEqual(['42', 0, '42', 0, '42', 0, 'by hand', 1])
    await put({ phone: '2' })
    await world.fullStep()
    const [told] = await drift()
    expect([await user('ada'), told!.what]).toMatchObject([
      { notes: 'by hand', phone: '1' },
      expect.stringContaining("notes is 'by hand' in place of '42' though it was set right 3 times"),
    ])
  })
})
