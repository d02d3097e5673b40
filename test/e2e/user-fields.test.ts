import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!
const FIELDS = [
  { id: 1, key: 'cost_center', title: 'Cost center', type: 'text' },
  { id: 2, key: 'floor', title: 'Floor', type: 'integer' },
]

describe('user fields', () => {
  it('and options that Zendesk does not have are told once for each, the others written', async () => {
    const people = ['ada', 'bob', 'cid', 'dan'].map((uid, i) => ({
      uid,
      roomNumber: i === 0 ? '7' : 'north wing',
      employeeType: i === 0 ? 'Full time' : 'gone fishing',
      costCenter: 'K-7',
      telephoneNumber: '1',
    }))
    world = await openWorld({
      ldif: directoryOf(people),
      config: {
        users: {
          map: {
            phone: 'telephoneNumber',
            user_fields: {
              cost_centre: 'costCenter',
              floor: 'roomNumber',
              contract: 'employeeType',
              closed: { from: 'o', expectEmpty: true },
            },
          },
        },
      },
      sandbox: {
        before: {
          userFields: [
            ...FIELDS,
            {
              id: 3,
              key: 'contract',
              title: 'Contract',
              type: 'dropdown',
              options: [
                { name: 'Full time', value: 'contract_full' },
                { name: 'Part time', value: 'contract_part' },
              ],
            },
          ],
        },
      },
    })
    await world.step()

    expect((await user('ada'))['user_fields']).toEqual({ cost_center: null, floor: 7, contract: 'contract_full' })
    expect(await user('bob')).toMatchObject({ phone: '1', user_fields: { floor: null, contract: null } })
    expect((await world.problems('connection')).map(({ code, what }) => `${code} ${what}`).sort()).toEqual([
      expect.stringMatching(
        /^USER_FIELD_OPTION_UNKNOWN 'gone fishing' is no option of Zendesk's user field 'contract' .*: 3 people are written without it/,
      ),
      "USER_FIELD_UNKNOWN Zendesk has no user field of the key 'closed'; it has cost_center, floor, contract",
      "USER_FIELD_UNKNOWN Zendesk has no user field of the key 'cost_centre'; did you mean 'cost_center'?",
      expect.stringMatching(
        /^USER_FIELD_VALUE 'north wing' is no value for Zendesk's user field 'floor', which takes a whole number: 3 people/,
      ),
    ])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('are written as they are mapped where the account does not show them, which is told', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', costCenter: 'K-7' }]),
      config: { users: { map: { user_fields: { cost_center: 'costCenter' } } } },
      sandbox: { before: { userFields: FIELDS } },
    })
    await world.fault({ method: 'GET', path: 'user_fields', kind: '403', times: 'always' })
    await world.step()

    expect((await user('ada'))['user_fields']).toMatchObject({ cost_center: 'K-7' })
    expect((await world.problems('connection')).map(({ code }) => code)).toEqual(['USER_FIELDS_UNREAD'])
  })
})
