import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { codesOf, disable, enable, join, mail, off, on, usersOf, writesFromNowOn } from '../fixtures/twins.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe('somebody who is back with a new entry, beside last year’s, which is disabled', () => {
  const options = {
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada'], 'zd-first': ['ada'], 'zd-second': ['bob'] }),
  }

  it.each([
    { when: 'long ago' },
    { when: 'in this cycle' },
    { when: 'and whose address has gone', mail: 'old@example.org' },
  ])(
    'emailReuse: hold: is reported with the two choices; the old one is suspended ($when)',
    async ({ when, mail: other }) => {
      world = await openWorld(options)
      await world.step()
      const before = (await world.zendesk.user(mail))!
      await disable(world, 'ada')
      if (other) await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: other } })
      if (when === 'long ago') await world.step()
      await join(world, on('ada2'))
      await world.step()

      expect(await world.zendesk.user(mail)).toMatchObject({ id: before.id, name: 'ada', suspended: true })
      const told = [
        {
          code: 'EMAIL_REUSED',
          dn: personDn('ada2'),
          what: expect.stringContaining(`Zendesk user ${before.id}, whose entry ${personDn('ada')} is disabled`),
          todo: expect.stringMatching(/relink.*Remove the address/s),
        },
      ]
      expect(await world.problems('user')).toMatchObject(told)
      expect(await writesFromNowOn(world)).toEqual([])
      expect(await world.problems('user')).toMatchObject(told)

      await world.zendesk.call('DELETE', `/api/v2/users/${before.id}`)
      await world.fullStep()
      expect([await usersOf(world), await codesOf(world)]).toEqual([
        [`ada2 ${mail} active`, 'bob bob@example.org active'],
        [],
      ])
    },
  )

  it.each([
    { when: 'long ago', suspensions: 1 },
    { when: 'in this cycle, so that nobody is suspended', suspensions: 0 },
    { when: 'and whose address has gone', suspensions: 1, other: 'old@example.org' },
  ])('emailReuse: relink: takes the Zendesk user over, for good ($when)', async ({ suspensions, other }) => {
    world = await openWorld({ ...options, config: { users: { emailReuse: 'relink' } } })
    await world.step()
    const before = (await world.zendesk.user(mail))!
    await world.zendesk.forgetRequests()
    await disable(world, 'ada')
    if (other) await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: other } })
    if (suspensions > 0) await world.step()
    await join(world, on('ada2'))
    await world.step()

    const after = (await world.zendesk.user(mail))!
    expect(after).toMatchObject({ id: before.id, name: 'ada2', suspended: false, role: 'agent' })
    expect(after.external_id).not.toBe(before.external_id)
    expect(await world.zendesk.members('zd-first')).toEqual([])
    const sent = (await world.zendesk.writes()).filter((one) => JSON.stringify(one.body).includes('"suspended":true'))
    expect([sent.length, await codesOf(world)]).toEqual([suspensions, []])
    expect([await writesFromNowOn(world), await codesOf(world)]).toEqual([[], []])
    expect(await world.zendesk.user(mail)).toMatchObject({ id: before.id, name: 'ada2', suspended: false })
  })

  it('emailReuse: relink: when both are disabled it stays where it is; who is enabled again gets it', async () => {
    world = await openWorld({ ...options, config: { users: { emailReuse: 'relink' } } })
    await world.step()
    const { id } = (await world.zendesk.user(mail))!
    await disable(world, 'ada')
    await join(world, off('ada2'))
    await world.step()
    expect([await writesFromNowOn(world), await codesOf(world)]).toEqual([[], []])
    const both = await world.zendesk.user(mail)

    await enable(world, 'ada2')
    await world.step()
    const second = await world.zendesk.user(mail)
    await disable(world, 'ada2')
    await world.step()
    expect([await writesFromNowOn(world), await codesOf(world)]).toEqual([[], []])
    await enable(world, 'ada')
    await world.step()

    const first = await world.zendesk.user(mail)
    expect([both, second, first].map((user) => [user?.id, user?.name, user?.suspended])).toEqual([
      [id, 'ada', true],
      [id, 'ada2', false],
      [id, 'ada', false],
    ])
    expect([await writesFromNowOn(world), await codesOf(world)]).toEqual([[], []])
  })

  it('remove.disabled: ignore: the old one keeps its user, though the new one would take it over', async () => {
    world = await openWorld({
      ...options,
      config: { users: { emailReuse: 'relink', remove: { disabled: 'ignore' } } },
    })
    await world.step()
    await disable(world, 'ada')
    await join(world, on('ada2'))
    await world.step()

    expect((await world.zendesk.user(mail))?.name).toBe('ada')
    expect([await writesFromNowOn(world), await codesOf(world)]).toEqual([[], ['EMAIL_OWNED ada2']])
  })

  it.each(['hold', 'relink'] as const)(
    'with another address and the same external id, emailReuse: %s',
    async (emailReuse) => {
      const numbered = { employeeNumber: 'e-1' }
      world = await openWorld({
        ldif: directoryOf([on('ada', numbered)]),
        config: { users: { emailReuse, map: { external_id: 'employeeNumber' } } },
      })
      await world.step()
      const { id } = (await world.zendesk.user(mail))!
      await disable(world, 'ada')
      await join(world, { uid: 'ada2', cn: 'ada2', ...numbered })
      await world.step()

      const isTaken = emailReuse === 'relink'
      const expected = isTaken ? ['ada2 ada2@example.org active'] : [`ada ${mail} suspended`]
      expect([await usersOf(world), (await world.zendesk.users())[0]?.id]).toEqual([expected, id])
      expect(await world.problems('user')).toMatchObject(
        isTaken
          ? []
          : [
              {
                code: 'EMAIL_REUSED',
                attribute: 'external_id',
                what: expect.stringMatching(/^'e-1' is the external id/),
              },
            ],
      )
      expect([await writesFromNowOn(world), await usersOf(world)]).toEqual([[], expected])
    },
  )

  it.each(['hold', 'relink'] as const)('in another connection, emailReuse: %s', async (emailReuse) => {
    const below = (ou: string) => ({
      locations: [{ base: `ou=${ou},dc=example,dc=org`, filter: '(objectClass=inetOrgPerson)' }],
    })
    const unit = ldifEntry('ou=partners,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'partners' })
    world = await openWorld({
      ldif: `${directoryOf([{ uid: 'ada' }])}\n${unit}`,
      others: [{ id: 'partners', users: { ...below('partners'), emailReuse }, groups: null }],
    })
    await world.step()
    await disable(world, 'ada')
    await world.step()
    await addEntry(world.slapd, personDn('ada', 'partners'), person(on('ada2')))
    await world.step()

    const isTaken = emailReuse === 'relink'
    const expected = isTaken ? [`ada2 ${mail} active`] : [`ada ${mail} suspended`]
    expect([await usersOf(world), await codesOf(world), await codesOf(world, 'partners')]).toEqual([
      expected,
      [],
      isTaken ? [] : ['EMAIL_REUSED ada'],
    ])
    expect([await writesFromNowOn(world), await usersOf(world), await codesOf(world)]).toEqual([[], expected, []])
  })
})
