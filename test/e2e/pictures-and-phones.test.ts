import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!
const pictureOf = async (uid: string) => ((await user(uid))['photo'] as { file_name?: string } | null)?.file_name
const bodies = async () => (await world.zendesk.writes()).map(({ body }) => body)

describe('a picture', () => {
  const config = { users: { map: { remote_photo_url: 'description' } } }

  it('is written when the directory’s value changes, and no full cycle takes it for a difference', async () => {
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', description: 'https://example.org/ada.jpg' },
        { uid: 'bob', description: 'bob.jpg' },
      ]),
      config,
    })
    await world.step()
    await until(
      async () => (await pictureOf('ada')) === 'ada.jpg',
      5_000,
      () => 'no picture',
    )
    await world.zendesk.forgetRequests()
    await world.fullStep()
    const unchanged = await world.zendesk.writes()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { description: 'https://example.org/new.jpg' } })
    await world.step()

    expect(unchanged).toEqual([])
    expect(await bodies()).toEqual([{ user: { remote_photo_url: 'https://example.org/new.jpg' } }])
    await until(
      async () => (await pictureOf('ada')) === 'new.jpg',
      5_000,
      () => 'the old picture',
    )
    expect((await world.problems('user')).map(({ code, what }) => `${code} ${what}`)).toEqual([
      "WEB_ADDRESS_UNFIT 'bob.jpg' is no address of the web: Zendesk could fetch nothing from there",
    ])
  })

  it('is sent once to whom Zendesk has already, and taken back when the directory has none any more', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', description: 'https://example.org/ada.jpg' }]),
      config,
      sandbox: {
        before: { users: [{ id: 7, name: 'ada', email: 'ada@example.org' } as never] },
        unknowns: { photoWithoutAddress: 'removed' },
      },
    })
    await world.step()
    await until(
      async () => (await pictureOf('ada')) === 'ada.jpg',
      5_000,
      () => 'no picture',
    )
    await modifyEntry(world.slapd, personDn('ada'), { delete: { description: [] } })
    await world.step()

    expect(await pictureOf('ada')).toBeUndefined()
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })
})

describe('that a number is shared', () => {
  it('is said with the number, whichever of the two changes', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: '+493012345', employeeType: 'TRUE' }]),
      config: { users: { map: { shared_phone_number: 'employeeType' } } },
    })
    await world.step()
    const first = await user('ada')
    await world.zendesk.forgetRequests()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+493054321' } })
    await world.step()
    const second = await user('ada')
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeType: 'FALSE' } })
    await world.step()

    expect(first).toMatchObject({ phone: '+493012345', shared_phone_number: true })
    expect(second).toMatchObject({ phone: '+493054321', shared_phone_number: true })
    expect(await user('ada')).toMatchObject({ phone: '+493054321', shared_phone_number: false })
    expect(await bodies()).toEqual([
      { user: { phone: '+493054321', shared_phone_number: true } },
      { user: { phone: '+493054321', shared_phone_number: false } },
    ])
  })
})
