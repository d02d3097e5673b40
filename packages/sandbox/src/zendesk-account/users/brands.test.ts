import { describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

const brands = [
  { id: 11, name: 'Acme', subdomain: 'acme', default: true },
  { id: 12, name: 'Globex', subdomain: 'globex' },
]

async function create({ call }: CalledSandbox, attributes: object) {
  return (await call('POST', '/api/v2/users', { user: { name: 'Ada', ...attributes } })).body.user
}

async function brandsOf({ call }: CalledSandbox, id: number): Promise<number[]> {
  const { brand_agents: agents } = (await call('GET', `/api/v2/users/${id}/brand_agents`)).body
  return agents.map((one: { brand_id: number }) => one.brand_id).sort()
}

describe('brands', () => {
  it.each([
    [false, { role: 'agent' }, [11, 12]],
    [true, { role: 'agent' }, []],
    [true, { role: 'admin' }, [11, 12]],
    [true, { role: 'agent', agent_brand_ids: [12] }, [12]],
    [false, { role: 'agent', agent_brand_ids: [12] }, [12]],
    [false, {}, []],
  ])('with department spaces %s are of a new user %j: %j', async (departmentSpaces, attributes, ids) => {
    await using zendesk = await callSandbox({ departmentSpaces, before: { brands } })

    const user = await create(zendesk, attributes)

    expect(await brandsOf(zendesk, user.id)).toEqual(ids)
    expect(user).not.toHaveProperty('agent_brand_ids')
  })

  it('are lost with the seat, and not given back with it', async () => {
    await using zendesk = await callSandbox({ departmentSpaces: true, before: { brands } })
    const { id } = await create(zendesk, { role: 'agent', agent_brand_ids: [11] })

    await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { role: 'end-user' } })
    await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { role: 'agent' } })

    expect(await brandsOf(zendesk, id)).toEqual([])
  })

  it.each([
    ['replaced', [12]],
    ['added', [11, 12]],
  ] as const)('are %s by an update', async (agentBrandIds, ids) => {
    await using zendesk = await callSandbox({ before: { brands }, unknowns: { agentBrandIds } })
    const { id } = await create(zendesk, { role: 'agent', agent_brand_ids: [11] })

    await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { agent_brand_ids: [12] } })

    expect(await brandsOf(zendesk, id)).toEqual(ids)
  })

  it.each([
    ['refused', 422],
    ['ignored', 201],
  ] as const)('of an end user are %s', async (brandsOfEndUsers, status) => {
    await using zendesk = await callSandbox({ before: { brands }, unknowns: { brandsOfEndUsers } })

    const answer = await zendesk.call('POST', '/api/v2/users', { user: { name: 'Eve', agent_brand_ids: [11] } })

    expect(answer.status).toBe(status)
  })

  it('are refused where the account has none of that id', async () => {
    await using zendesk = await callSandbox({ before: { brands } })

    const answer = await zendesk.call('POST', '/api/v2/users', {
      user: { name: 'Eve', role: 'agent', agent_brand_ids: [99] },
    })

    expect(answer.status).toBe(422)
  })

  it('are listed by name, and the settings say what becomes of new agents', async () => {
    await using zendesk = await callSandbox({ departmentSpaces: true, before: { brands } })

    const listed = (await zendesk.call('GET', '/api/v2/brands')).body.brands
    const { settings } = (await zendesk.call('GET', '/api/v2/account/settings')).body

    expect(listed.map((one: { name: string }) => one.name)).toEqual(['Acme', 'Globex'])
    expect(settings.brands.new_agent_brand_association_behavior).toBe('no_brands')
  })
})
