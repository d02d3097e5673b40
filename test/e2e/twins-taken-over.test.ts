import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { directoryOf, person, personDn, type Person } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const mail = 'ada@example.org'
const left = { employeeStatus: 'left' }
const off = (uid: string, more: object = {}): Person => ({ uid, cn: uid, mail, ...left, ...more })
const on = (uid: string, more: object = {}): Person => ({ uid, cn: uid, mail, ...more })

const users = async () =>
  (await world.zendesk.users()).map((user) => `${user.name} ${user.email} ${user.suspended ? 'suspended' : 'active'}`)
const codes = async (connection?: string) =>
  (await world.problems('user', connection)).map(({ code, dn }) => `${code} ${dn?.split(',')[0]!.slice(4)}`).sort()
const join = (one: Person) => addEntry(world.slapd, personDn(one.uid), person(one))
const disable = (uid: string) => modifyEntry(world.slapd, personDn(uid), { replace: left })
const enable = (uid: string) => modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'active' } })

/** What the next cycles write, full ones among them. */
async function writesFromNowOn() {
  await world.zendesk.forgetRequests()
  await world.step()
  await world.fullStep()
  await world.step()
  await world.fullStep()
  return (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path}`)
}

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
      await disable('ada')
      if (other) await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: other } })
      if (when === 'long ago') await world.step()
      await join(on('ada2'))
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
      expect(await writesFromNowOn()).toEqual([])
      expect(await world.problems('user')).toMatchObject(told)

      await world.zendesk.call('DELETE', `/api/v2/users/${before.id}`)
      await world.fullStep()
      expect([await users(), await codes()]).toEqual([[`ada2 ${mail} active`, 'bob bob@example.org active'], []])
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
    await disable('ada')
    if (other) await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: other } })
    if (suspensions > 0) await world.step()
    await join(on('ada2'))
    await world.step()

    const after = (await world.zendesk.user(mail))!
    expect(after).toMatchObject({ id: before.id, name: 'ada2', suspended: false, role: 'agent' })
    expect(after.external_id).not.toBe(before.external_id)
    expect(await world.zendesk.members('zd-first')).toEqual([])
    const sent = (await world.zendesk.writes()).filter((one) => JSON.stringify(one.body).includes('"suspended":true'))
    expect([sent.length, await codes()]).toEqual([suspensions, []])
    expect([await writesFromNowOn(), await codes()]).toEqual([[], []])
    expect(await world.zendesk.user(mail)).toMatchObject({ id: before.id, name: 'ada2', suspended: false })
  })

  it('emailReuse: relink: when both are disabled it stays where it is; who is enabled again gets it', async () => {
    world = await openWorld({ ...options, config: { users: { emailReuse: 'relink' } } })
    await world.step()
    const { id } = (await world.zendesk.user(mail))!
    await disable('ada')
    await join(off('ada2'))
    await world.step()
    expect([await writesFromNowOn(), await codes()]).toEqual([[], []])
    const both = await world.zendesk.user(mail)

    await enable('ada2')
    await world.step()
    const second = await world.zendesk.user(mail)
    await disable('ada2')
    await world.step()
    expect([await writesFromNowOn(), await codes()]).toEqual([[], []])
    await enable('ada')
    await world.step()

    const first = await world.zendesk.user(mail)
    expect([both, second, first].map((user) => [user?.id, user?.name, user?.suspended])).toEqual([
      [id, 'ada', true],
      [id, 'ada2', false],
      [id, 'ada', false],
    ])
    expect([await writesFromNowOn(), await codes()]).toEqual([[], []])
  })

  it('remove.disabled: ignore: the old one keeps its user, though the new one would take it over', async () => {
    world = await openWorld({
      ...options,
      config: { users: { emailReuse: 'relink', remove: { disabled: 'ignore' } } },
    })
    await world.step()
    await disable('ada')
    await join(on('ada2'))
    await world.step()

    expect((await world.zendesk.user(mail))?.name).toBe('ada')
    expect([await writesFromNowOn(), await codes()]).toEqual([[], ['EMAIL_OWNED ada2']])
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
      await disable('ada')
      await join({ uid: 'ada2', cn: 'ada2', ...numbered })
      await world.step()

      const isTaken = emailReuse === 'relink'
      const expected = isTaken ? ['ada2 ada2@example.org active'] : [`ada ${mail} suspended`]
      expect([await users(), (await world.zendesk.users())[0]?.id]).toEqual([expected, id])
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
      expect([await writesFromNowOn(), await users()]).toEqual([[], expected])
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
    await disable('ada')
    await world.step()
    await addEntry(world.slapd, personDn('ada', 'partners'), person(on('ada2')))
    await world.step()

    const isTaken = emailReuse === 'relink'
    const expected = isTaken ? [`ada2 ${mail} active`] : [`ada ${mail} suspended`]
    expect([await users(), await codes(), await codes('partners')]).toEqual([
      expected,
      [],
      isTaken ? [] : ['EMAIL_REUSED ada'],
    ])
    expect([await writesFromNowOn(), await users(), await codes()]).toEqual([[], expected, []])
  })
})
