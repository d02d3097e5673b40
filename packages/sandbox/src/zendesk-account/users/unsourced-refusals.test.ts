import { describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

async function agentOf({ call }: CalledSandbox, attributes: object) {
  return (await call('POST', '/api/v2/users', { user: { name: 'Agent', role: 'agent', ...attributes } })).body.user
}

describe('what Zendesk refuses by no source is a switch', () => {
  it.each([
    ['refused', 422],
    ['ignored', 200],
  ] as const)('values that an attribute has no use for are %s', async (unfitValues, status) => {
    const before = { userFields: [{ id: 1, key: 'floor', title: 'Floor', type: 'integer' }] }
    await using zendesk = await callSandbox({ unknowns: { unfitValues }, before })
    const agent = await agentOf(zendesk, { user_fields: { floor: 3 } })

    for (const attributes of [
      { time_zone: 'Atlantis' },
      { locale: 'tlh' },
      { role: 'boss' },
      { custom_role_id: 4 },
      { organization_id: 4 },
      { ticket_restriction: 'nonsense' },
      { user_fields: { floor: 'third' } },
    ])
      expect((await zendesk.call('PUT', `/api/v2/users/${agent.id}`, { user: attributes })).status).toBe(status)
    const { user } = (await zendesk.call('GET', `/api/v2/users/${agent.id}`)).body
    expect(user).toEqual({ ...agent, updated_at: user.updated_at })
  })

  it.each([
    ['refused', 422],
    ['taken', 201],
  ] as const)('odd addresses are %s', async (oddEmails, status) => {
    await using zendesk = await callSandbox({ unknowns: { oddEmails } })
    const create = async (email: string) =>
      (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Odd', email } })).status

    for (const email of ['jörg@example.org', '.ada@example.org', 'a..b@example.org', `${'x'.repeat(65)}@example.org`])
      expect(await create(email)).toBe(status)
    for (const email of ['badmail', 'xxx@xxx', 'error@example.com_', 'two words@example.org'])
      expect(await create(email)).toBe(422)
    expect(await create('ada+1@example.org')).toBe(201)
  })

  it.each([
    ['refused', 422],
    ['allowed', 200],
  ] as const)('suspension and downgrade of the owner are %s', async (ownerChanges, status) => {
    await using zendesk = await callSandbox({ unknowns: { ownerChanges } })
    const owner = `/api/v2/users/${zendesk.sandbox.account.ownerId}`

    for (const user of [{ suspended: true }, { role: 'agent' }])
      expect((await zendesk.call('PUT', owner, { user })).status).toBe(status)
  })

  it.each([
    ['refused', 403],
    ['allowed', 200],
  ] as const)('deletion of oneself is %s', async (selfDeletion, status) => {
    await using zendesk = await callSandbox({ unknowns: { selfDeletion } })

    expect((await zendesk.call('DELETE', `/api/v2/users/${zendesk.sandbox.account.apiUserId}`)).status).toBe(status)
  })

  it.each([
    ['refused', 422],
    ['allowed', 204],
  ] as const)('deletion of a team member’s only address is %s', async (lastAgentEmail, status) => {
    await using zendesk = await callSandbox({ unknowns: { lastAgentEmail } })
    const { id } = await agentOf(zendesk, { email: 'agent@example.org' })
    const [{ id: only }] = (await zendesk.call('GET', `/api/v2/users/${id}/identities`)).body.identities

    expect((await zendesk.call('DELETE', `/api/v2/users/${id}/identities/${only}`)).status).toBe(status)
  })
})
