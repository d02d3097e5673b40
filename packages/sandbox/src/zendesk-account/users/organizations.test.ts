import { describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

const organizations = [
  { id: 71, name: 'Globex' },
  { id: 72, name: 'Acme' },
  { id: 73, name: 'Initech' },
]

async function create({ call }: CalledSandbox, attributes: object) {
  return call('POST', '/api/v2/users', { user: { name: 'Ada', ...attributes } })
}

async function organizationsOf({ call }: CalledSandbox, id: number): Promise<string[]> {
  const { organization_memberships: all } = (await call('GET', `/api/v2/users/${id}/organization_memberships`)).body
  return all.map((one: { organization_name: string; default: true | null }) =>
    one.default ? `${one.organization_name} (default)` : one.organization_name,
  )
}

describe('organizations of a user', () => {
  it('can be several where the account allows it: the default one stays while it is among them', async () => {
    await using zendesk = await callSandbox({ severalOrganizations: true, before: { organizations } })
    const { user } = (await create(zendesk, { organization_ids: [71, 72] })).body
    const first = await organizationsOf(zendesk, user.id)
    await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { organization_ids: [73, 71] } })
    const second = await organizationsOf(zendesk, user.id)
    await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { organization_id: 72 } })

    expect(first).toEqual(['Globex (default)', 'Acme'])
    expect(second).toEqual(['Globex (default)', 'Initech'])
    expect(await organizationsOf(zendesk, user.id)).toEqual(['Acme (default)'])
    expect(user).toMatchObject({ organization_id: 71 })
    expect(user).not.toHaveProperty('organization_ids')
  })

  it.each([
    ['refused', 422],
    ['the first one', 201],
  ] as const)('are one where the account allows no more; several: %s', async (organizationsOfOne, status) => {
    await using zendesk = await callSandbox({ before: { organizations }, unknowns: { organizationsOfOne } })

    const { status: answered, body } = await create(zendesk, { organization_ids: [72, 71] })
    const { settings } = (await zendesk.call('GET', '/api/v2/account/settings')).body

    expect(answered).toBe(status)
    expect(settings.user.multiple_organizations).toBe(false)
    if (status === 201) expect(await organizationsOf(zendesk, body.user.id)).toEqual(['Acme (default)'])
  })
})
