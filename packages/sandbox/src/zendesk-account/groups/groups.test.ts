import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

let zendesk: CalledSandbox
beforeAll(async () => void (zendesk = await callSandbox()))
afterAll(() => zendesk[Symbol.asyncDispose]())

async function group(name: string) {
  return (await zendesk.call('POST', '/api/v2/groups', { group: { name } })).body.group
}

async function user(attributes: object) {
  return (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Some Body', ...attributes } })).body.user
}

function join(user_id: number, group_id: number) {
  return zendesk.call('POST', '/api/v2/group_memberships', { group_membership: { user_id, group_id } })
}

describe('groups', () => {
  it('are created with 201, may share a name, and are listed by name', async () => {
    await group('zeta')
    const one = await group('Alpha')
    const two = await group('Alpha')

    const { body } = await zendesk.call('GET', '/api/v2/groups?page[size]=2')

    expect(one).toMatchObject({ is_public: true, default: false, deleted: false, description: '' })
    expect(body.groups.map(({ id }: { id: number }) => id)).toEqual([one.id, two.id].toSorted((a, b) => a - b))
  })

  it('are hidden from a scan that has passed their new name', async () => {
    await using other = await callSandbox({
      before: {
        groups: [
          { id: 1, name: 'b' },
          { id: 2, name: 'c' },
          { id: 3, name: 'd', default: true },
        ],
      },
    })
    const first = await other.call('GET', '/api/v2/groups?page[size]=1')
    await other.call('PUT', '/api/v2/groups/2', { group: { name: 'a' } })

    const rest = await other.call('GET', `/api/v2/groups?page[size]=9&page[after]=${first.body.meta.after_cursor}`)

    expect(rest.body.groups.map(({ name }: { name: string }) => name)).toEqual(['d'])
  })

  it('go with 204 and their memberships; who was in no other is moved to the default one', async () => {
    const { id } = await group('Gone')
    const agent = await user({ role: 'agent' })
    await join(agent.id, id)
    const [home] = (await zendesk.call('GET', `/api/v2/users/${agent.id}/group_memberships`)).body.group_memberships
    await zendesk.call('DELETE', `/api/v2/group_memberships/${home.id}`)

    expect((await zendesk.call('DELETE', `/api/v2/groups/${id}`)).status).toBe(204)
    expect((await zendesk.call('GET', `/api/v2/groups/${id}`)).body.group.deleted).toBe(true)
    expect((await zendesk.call('DELETE', `/api/v2/groups/${id}`)).body).toEqual({
      error: 'RecordNotFound',
      description: 'Not found',
    })
    const after = (await zendesk.call('GET', `/api/v2/users/${agent.id}/group_memberships`)).body.group_memberships
    expect(after).toMatchObject([{ group_id: home.group_id, default: true }])
  })

  it('cannot be deleted when it is the default one, nor be made public again', async () => {
    const home = zendesk.sandbox.account.defaultGroup!
    const hidden = await zendesk.call('POST', '/api/v2/groups', { group: { name: 'Hidden', is_public: false } })

    expect((await zendesk.call('DELETE', `/api/v2/groups/${home.id}`)).status).toBe(403)
    expect(
      (await zendesk.call('PUT', `/api/v2/groups/${hidden.body.group.id}`, { group: { is_public: true } })).status,
    ).toBe(422)
  })
})

describe('memberships', () => {
  it('are for team members, once each', async () => {
    const { id } = await group('Team')
    const agent = await user({ role: 'agent' })
    const customer = await user({})

    expect((await join(agent.id, id)).status).toBe(201)
    expect((await join(agent.id, id)).status).toBe(422)
    expect((await join(customer.id, id)).status).toBe(422)
    expect((await join(9, id)).status).toBe(404)
    expect(
      (await zendesk.call('GET', `/api/v2/groups/${id}/memberships?page[size]=100`)).body.group_memberships,
    ).toHaveLength(1)
  })

  it('keep an agent in one group at least, and always one as the default', async () => {
    const { id } = await group('Second')
    const agent = await user({ role: 'agent' })
    const { group_membership: second } = (await join(agent.id, id)).body
    const home = (await zendesk.call('GET', `/api/v2/users/${agent.id}/group_memberships`)).body.group_memberships.find(
      (one: { default: boolean }) => one.default,
    )

    expect((await zendesk.call('DELETE', `/api/v2/group_memberships/${home.id}`)).status).toBe(204)
    expect((await zendesk.call('GET', `/api/v2/group_memberships/${second.id}`)).body.group_membership.default).toBe(
      true,
    )
    expect((await zendesk.call('DELETE', `/api/v2/group_memberships/${second.id}`)).status).toBe(422)
  })
})
