import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

let zendesk: CalledSandbox
const lead = { id: 77, name: 'Team lead', role_type: 0 }

beforeAll(async () => {
  zendesk = await callSandbox({
    before: { customRoles: [lead], userFields: [{ id: 5, key: 'cost_center', title: 'Cost center', type: 'text' }] },
  })
})
afterAll(() => zendesk[Symbol.asyncDispose]())

async function create(user: object) {
  return (await zendesk.call('POST', '/api/v2/users', { user })).body.user
}

describe('users', () => {
  it('are created with 201, a location, and what nobody has set', async () => {
    const { status, headers, body } = await zendesk.call('POST', '/api/v2/users', {
      user: { name: 'Ada', email: 'ada@example.org' },
    })

    expect(status).toBe(201)
    expect(headers['location']).toBe(body.user.url)
    expect(body.user).toMatchObject({
      role: 'end-user',
      ticket_restriction: 'requested',
      restricted_agent: true,
      user_fields: { cost_center: null },
    })
  })

  it.each([
    ['email', { email: 'badmail' }, 'Email: badmail is not properly formatted'],
    ['email', { email: 'ADA@example.org' }, 'Email: ADA@example.org is already being used by another user'],
    ['name', { name: '' }, 'Name: is too short (minimum one character)'],
    ['name', { name: 'x'.repeat(256) }, 'Name: is too long (maximum is 255 characters after encoding)'],
    ['role', { role: 'boss' }, 'Role: is invalid'],
    ['time_zone', { time_zone: 'Atlantis' }, 'Time zone: is not included in the list'],
    ['custom_role_id', { custom_role_id: 4 }, 'Custom role: is invalid'],
  ])('are refused for their %s: %o', async (field, attributes, description) => {
    const { status, body } = await zendesk.call('POST', '/api/v2/users', { user: { name: 'X Y', ...attributes } })

    expect(status).toBe(422)
    expect(body.details[field][0].description).toBe(description)
  })

  it.each([
    { name: 'X' },
    { name: 'x'.repeat(255) },
    { name: 'Long', external_id: 'x'.repeat(300) },
    { name: 'Nobody’s choice', ticket_restriction: 'nonsense' },
  ])('are created where no source speaks of a refusal: %o', async (user) => {
    expect((await zendesk.call('POST', '/api/v2/users', { user })).status).toBe(201)
  })

  it('have an external id of their own, whatever the case, and Zendesk names the fault under the name', async () => {
    await create({ name: 'One', external_id: 'Key-1' })

    const { status, body } = await zendesk.call('POST', '/api/v2/users', {
      user: { name: 'Two', external_id: 'kEY-1' },
    })

    expect(status).toBe(422)
    expect(body.details).toEqual({ name: [{ description: 'External has already been taken' }] })
  })

  it('keep their address when another is put: that one becomes a secondary identity, and belongs to them', async () => {
    const user = await create({ name: 'Bea', email: 'bea@example.org' })
    const put = await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { email: 'bea.new@example.org' } })
    const path = `/api/v2/users/${user.id}/identities`
    const [, second] = (await zendesk.call('GET', path)).body.identities

    expect(put.body.user.email).toBe('bea@example.org')
    expect(second).toMatchObject({ value: 'bea.new@example.org', primary: false })
    expect(
      (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Thief', email: 'bea.new@example.org' } })).status,
    ).toBe(422)

    const made = await zendesk.call('PUT', `${path}/${second.id}/make_primary`)
    expect(made.body.identities.map((one: { value: string }) => one.value)).toEqual([
      'bea.new@example.org',
      'bea@example.org',
    ])
    expect((await zendesk.call('DELETE', `${path}/${made.body.identities[1].id}`)).status).toBe(204)
    expect((await create({ name: 'Heir', email: 'bea@example.org' })).email).toBe('bea@example.org')
  })

  it('refuse an identity twice, from the same user too', async () => {
    const user = await create({ name: 'Cem', email: 'cem@example.org' })

    const again = await zendesk.call('POST', `/api/v2/users/${user.id}/identities`, {
      identity: { type: 'email', value: 'Cem@example.org' },
    })

    expect(again.body.details.value[0]).toEqual({
      description: 'Value: Cem@example.org is already being used by another user',
      error: 'DuplicateValue',
    })
  })

  it('become agents with a custom role, join the default group unasked, and leave all groups as end-users', async () => {
    const user = await create({ name: 'Dora', role: 'end-user', custom_role_id: lead.id })
    const memberships = `/api/v2/users/${user.id}/group_memberships`

    expect(user).toMatchObject({ role: 'agent', custom_role_id: lead.id, role_type: 0 })
    expect((await zendesk.call('GET', memberships)).body.group_memberships).toMatchObject([
      { default: true, group_id: user.default_group_id },
    ])

    const { body } = await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { role: 'end-user' } })
    expect(body.user).toMatchObject({ role: 'end-user', custom_role_id: null, default_group_id: null })
    expect((await zendesk.call('GET', memberships)).body.group_memberships).toEqual([])
  })

  it('are deleted with 200; what was theirs is free at once, and their id still answers', async () => {
    const user = await create({ name: 'Eve', email: 'eve@example.org', external_id: 'eve' })

    const { status, body } = await zendesk.call('DELETE', `/api/v2/users/${user.id}`)

    expect(status).toBe(200)
    expect(body.user).toMatchObject({ active: false, email: null, external_id: null })
    expect((await zendesk.call('GET', `/api/v2/users/${user.id}`)).body.user.active).toBe(false)
    expect((await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { name: 'Eve 2' } })).status).toBe(404)
    expect((await zendesk.call('GET', `/api/v2/users/show_many?ids=${user.id}`)).body.users).toEqual([])
    expect((await create({ name: 'Eve', email: 'eve@example.org', external_id: 'eve' })).id).not.toBe(user.id)
  })

  it('cannot be deleted, downgraded or suspended when they own the account', async () => {
    const owner = `/api/v2/users/${zendesk.sandbox.account.ownerId}`

    expect((await zendesk.call('DELETE', owner)).status).toBe(403)
    expect((await zendesk.call('PUT', owner, { user: { role: 'end-user' } })).status).toBe(422)
    expect((await zendesk.call('PUT', owner, { user: { suspended: true } })).status).toBe(422)
  })

  it('have tags as a set in lower case, and only the fields that the account has', async () => {
    const user = await create({ name: 'Fay', tags: ['A', 'b b', 'a'], user_fields: { cost_center: 12, nonsense: 1 } })

    expect(user.tags).toEqual(['a', 'b'])
    expect(user.user_fields).toEqual({ cost_center: '12' })
  })

  it('have a direct line when nobody else has the number, and a shared one otherwise', async () => {
    const first = await create({ name: 'Gus', phone: '+49301' })
    const second = await create({ name: 'Hal', phone: '+49301' })

    expect([first.shared_phone_number, second.shared_phone_number]).toEqual([false, true])
  })
})

describe('reading users', () => {
  it('sorts show_many by id, and by cursor gives links.next with the last page as well', async () => {
    const made = [await create({ name: 'P1' }), await create({ name: 'P2' }), await create({ name: 'P3' })].map(
      (user) => user.id as number,
    )
    const many = await zendesk.call('GET', `/api/v2/users/show_many?ids=${made.join()}`)
    const seen: number[] = []
    let page = (await zendesk.call('GET', '/api/v2/users?page[size]=5')).body
    for (
      ;
      page.meta.has_more;
      page = (await zendesk.call('GET', `/api/v2/users?page[size]=5&page[after]=${page.meta.after_cursor}`)).body
    )
      seen.push(...page.users.map((user: { id: number }) => user.id))

    expect(many.body.users.map((user: { id: number }) => user.id)).toEqual(made.toSorted((one, other) => one - other))
    expect(page.links.next).toContain('page%5Bafter%5D')
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
  })

  it('ends pages by offset at the hundredth', async () => {
    const { status, body } = await zendesk.call('GET', '/api/v2/users?page=101')

    expect(status).toBe(400)
    expect(body.errors[0].code).toBe('InvalidPaginationDepth')
  })

  it('searches by any address and by external id, later than it is written', async () => {
    await using lagging = await callSandbox({ searchLagMs: 60_000 })
    await lagging.call('POST', '/api/v2/users', { user: { name: 'Ida', email: 'ida@example.org' } })
    await create({ name: 'Ida', email: 'ida@example.org', external_id: 'IDA' })
    const query = '/api/v2/users/search?query=email:%22ida@example.org%22'

    expect((await lagging.call('GET', query)).body.users).toEqual([])
    expect((await zendesk.call('GET', query)).body.users).toHaveLength(1)
    expect((await zendesk.call('GET', '/api/v2/users/search?external_id=ida')).body.users).toHaveLength(1)
  })

  it('refuses agents beyond the seats, light agents apart', async () => {
    const light = { id: 8, name: 'Light agent', role_type: 1 }
    await using small = await callSandbox({ seats: 2, before: { customRoles: [light] } })

    const agent = await small.call('POST', '/api/v2/users', { user: { name: 'Agent', role: 'agent' } })
    const lightAgent = await small.call('POST', '/api/v2/users', { user: { name: 'Light', custom_role_id: light.id } })

    expect(agent.body.details.base[0].error).toBe('MaxAgentExceeded')
    expect(lightAgent.status).toBe(201)
  })
})
