import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn, type Person } from '../fixtures/people.ts'
import { codesOf, disable, join, mail, off, on, usersOf, writesFromNowOn } from '../fixtures/twins.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const existing = (more: object = {}) =>
  world.zendesk.call('POST', '/api/v2/users', { user: { name: 'there', email: mail, ...more } })

describe('an entry that would not be in Zendesk takes no address from one that would:', () => {
  it.each<{
    title: string
    people: Person[]
    there?: boolean
    config?: object
    becomes: string[]
    reported?: string[]
  }>([
    { title: 'an admin account that is disabled', people: [off('adm-ada'), on('ada')], becomes: ['ada'] },
    {
      title: 'two of them',
      people: [off('a-ada'), on('ada'), off('z-ada')],
      becomes: ['ada'],
    },
    {
      title: 'one whose user would be found in Zendesk, were it not the living one’s',
      people: [off('adm-ada'), on('ada')],
      there: true,
      becomes: ['ada'],
    },
    {
      title: 'one that is created only after the living one, which is reported, with provisionDisabled',
      people: [off('adm-ada'), on('ada')],
      config: { provisionDisabled: true },
      becomes: ['ada'],
      reported: ['EMAIL_TWICE adm-ada'],
    },
    {
      title: 'one whose status can not be read, which is reported',
      people: [{ ...on('adm-ada'), employeeStatus: null }, on('ada', { employeeStatus: '512' })],
      config: { status: true },
      becomes: ['ada'],
      reported: ['EMAIL_TWICE adm-ada', 'STATUS_UNREADABLE adm-ada'],
    },
    {
      title: 'but two living ones do, from each other; a third that is disabled is not in it',
      people: [on('ada'), off('adm-ada'), on('ada2')],
      becomes: [],
      reported: ['EMAIL_TWICE ada', 'EMAIL_TWICE ada2'],
    },
    {
      title: 'of two disabled ones, the first is found in Zendesk, and loses access',
      people: [off('ada'), off('ada2')],
      there: true,
      becomes: ['suspended'],
    },
  ])('$title', async ({ people, there, config = {}, becomes, reported = [] }) => {
    const byBit = 'status' in config
    world = await openWorld({
      ldif: directoryOf(people),
      config: byBit
        ? { directory: { status: { attribute: 'employeeStatus', disabledWhen: null, bit: 2 } } }
        : { users: config },
    })
    if (there) await existing()
    await world.step()

    const expected = becomes.map((one) => (one === 'suspended' ? `there ${mail} suspended` : `${one} ${mail} active`))
    expect([await usersOf(world), await codesOf(world)]).toEqual([expected, reported])
    expect([await writesFromNowOn(world), await usersOf(world), await codesOf(world)]).toEqual([[], expected, reported])
  })

  it('the living one is created in the cycle in which it appears, or its twin is disabled', async () => {
    world = await openWorld({ ldif: directoryOf([on('ada'), on('ada2')]) })
    await world.step()
    const both = await codesOf(world)
    await disable(world, 'ada')
    await world.step()

    expect([both, await usersOf(world), await codesOf(world)]).toEqual([
      ['EMAIL_TWICE ada', 'EMAIL_TWICE ada2'],
      [`ada2 ${mail} active`],
      [],
    ])
  })

  it('a living one that is linked goes on being updated beside one that may not be created', async () => {
    world = await openWorld({ ldif: directoryOf([on('ada')]) })
    await world.step()
    await world.stopProduct()
    const { servers } = { servers: world }
    await using later = await openWorld({ ldif: '', servers, config: { users: { actions: { create: false } } } })
    await join(world, on('ada2'))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await later.step()

    expect((await later.zendesk.user(mail))?.['phone']).toBe('7')
    expect((await later.problems('user')).map(({ code, dn }) => `${code} ${dn}`)).toEqual([
      `EMAIL_TWICE ${personDn('ada2')}`,
    ])
  })
})

describe('entries with one external id', () => {
  const map = { external_id: 'employeeNumber' }
  const numbered = { employeeNumber: 'e-1' }

  it('one that is disabled takes the user from no living one, whichever is found first', async () => {
    world = await openWorld({
      ldif: directoryOf([
        off('adm-ada', { mail: 'adm@example.org', ...numbered }),
        on('ada', numbered),
        off('z-ada', { mail: 'z@example.org', ...numbered }),
      ]),
      config: { users: { match: 'external_id', map } },
    })
    await existing({ external_id: 'e-1', email: 'ada.maiden@example.org' })
    await world.step()

    expect([await usersOf(world), await codesOf(world)]).toEqual([[`ada ${mail} active`], []])
    expect(await writesFromNowOn(world)).toEqual([])
  })

  it('two living ones are both reported; one that is linked goes on', async () => {
    world = await openWorld({ ldif: directoryOf([on('ada', numbered)]), config: { users: { map } } })
    await world.step()
    for (const uid of ['bob', 'cid'])
      await join(world, { uid, ...(uid === 'bob' ? numbered : { employeeNumber: 'e-2' }) })
    await join(world, { uid: 'dan', employeeNumber: 'E-2' })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect(await world.zendesk.users()).toMatchObject([{ email: mail, phone: '7', external_id: 'e-1' }])
    expect(await codesOf(world)).toEqual(['EXTERNAL_ID_TWICE bob', 'EXTERNAL_ID_TWICE cid', 'EXTERNAL_ID_TWICE dan'])
  })
})
