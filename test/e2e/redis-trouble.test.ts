import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { CYCLE_POINTS, openTappedWorld } from '../fixtures/tapped-world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

describe('Redis', () => {
  it('that crashes anywhere in a cycle loses and doubles nothing', async () => {
    const { world, tap, startProducer } = await openTappedWorld(owned, {
      ldif: directoryOf([{ uid: 'ada' }]),
      redis: { appendonly: true },
    })
    await startProducer()
    await world.step()

    for (const [i, [when, word]] of CYCLE_POINTS.entries()) {
      await addEntry(world.slapd, personDn(`new${i}`), person({ uid: `new${i}` }))
      await addEntry(world.slapd, groupDn(`zd-${i}`), group(`zd-${i}`, []))
      const held = tap.holdAt(word)
      const cycle = world.cycle()
      await held
      const back = world.redisServer.restart({ crash: true })
      tap.letGo()
      await back
      await cycle
      await world.settled()

      expect(
        (await world.zendesk.users()).map(({ email }) => email),
        `when ${when}`,
      ).toEqual(['ada@example.org', ...CYCLE_POINTS.slice(0, i + 1).map((_one, n) => `new${n}@example.org`)])
      expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual([
        'Support',
        ...CYCLE_POINTS.slice(0, i + 1).map((_one, n) => `zd-${n}`),
      ])
    }
    await world.zendesk.forgetRequests()
    await world.step()
    expect(await world.zendesk.writes()).toEqual([])
    expect(await world.problems('connection')).toEqual([])
  })
})
