import { describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'
import type { Unknowns } from '../unknowns.ts'

const before = {
  userFields: [
    { id: 1, key: 'manager', title: 'Manager', type: 'lookup', target: 'zen:user' },
    { id: 2, key: 'home', title: 'Home', type: 'lookup', target: 'zen:organization' },
  ],
}
const open = (unknowns: Partial<Unknowns> = {}) => callSandbox({ before, unknowns })

async function create({ call }: CalledSandbox, user: object) {
  const { status, body } = await call('POST', '/api/v2/users', { user: { name: 'Somebody', ...user } })
  return { status, user: body.user, details: body.details }
}

describe('a lookup field of users', () => {
  it('takes an id, as text or number, or an external id, and shows the id as text', async () => {
    await using zendesk = await open()
    const { user: ada } = await create(zendesk, { external_id: 'E-1' })

    for (const manager of [ada.id, String(ada.id), 'external_id:e-1']) {
      const { user } = await create(zendesk, { user_fields: { manager } })
      expect(user.user_fields).toEqual({ manager: String(ada.id), home: null })
      const emptied = { user: { user_fields: { manager: null } } }
      const { body } = await zendesk.call('PUT', `/api/v2/users/${user.id}`, emptied)
      expect(body.user.user_fields.manager).toBeNull()
    }
  })

  it('says what it is of', async () => {
    await using zendesk = await open()

    const { body } = await zendesk.call('GET', '/api/v2/user_fields')
    expect(body.user_fields).toMatchObject([
      { key: 'manager', type: 'lookup', relationship_target_type: 'zen:user' },
      { key: 'home', type: 'lookup', relationship_target_type: 'zen:organization' },
    ])
  })

  it.each([
    ['refused', '4711', 422, undefined],
    ['ignored', '4711', 201, null],
    ['taken', '4711', 201, '4711'],
    ['taken', 'uid=ada', 422, undefined],
    ['ignored', 'external_id:nobody', 201, null],
  ] as const)('is %s with %s, which is nobody', async (lookupOfNobody, manager, status, shown) => {
    await using zendesk = await open({ lookupOfNobody })

    const answer = await create(zendesk, { user_fields: { manager } })
    expect(answer.status).toBe(status)
    expect(answer.user?.user_fields.manager).toEqual(shown)
  })

  it.each([
    ['their id', 'text', (id: number) => String(id)],
    ['their id', 'number', (id: number) => id],
    ['nothing', 'text', () => null],
  ] as const)('shows %s of who was deleted, as %s', async (lookupOfDeleted, lookupForm, shown) => {
    await using zendesk = await open({ lookupOfDeleted, lookupForm })
    const { user: ada } = await create(zendesk, {})
    const { user: bob } = await create(zendesk, { user_fields: { manager: ada.id } })

    await zendesk.call('DELETE', `/api/v2/users/${ada.id}`)

    const { body } = await zendesk.call('GET', `/api/v2/users/${bob.id}`)
    expect(body.user.user_fields.manager).toEqual(shown(ada.id))
    expect((await create(zendesk, { user_fields: { manager: ada.id } })).status).toBe(422)
  })
})
