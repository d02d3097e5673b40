import { afterEach, describe, expect, it } from 'vitest'
import { erasing, openWorldOfThree } from '../fixtures/erasing.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())
const { user, heldNow, creations } = erasing(() => world)

describe('users merged into others in Zendesk', () => {
  it.each([['ask'], ['leave']] as const)('%s: are reported as before, and not taken for erased', async (policy) => {
    world = await openWorldOfThree({ goneInZendesk: policy })
    const { user: other } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Somebody', email: 'somebody@elsewhere.test' },
    })
    await world.zendesk.call('PUT', `/api/v2/users/${(await user('cid'))!.id}/merge`, { user: { id: other.id } })

    await world.fullStep()
    await world.fullStep()

    expect(await heldNow()).toEqual([])
    expect(await world.problems('user')).toMatchObject([
      { code: 'EMAIL_TAKEN', what: expect.stringContaining(`Zendesk user ${other.id}`) },
    ])
  })

  it('are linked to them when they have the address as the first one', async () => {
    world = await openWorldOfThree()
    const cid = (await user('cid'))!
    const { user: other } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Somebody', email: 'somebody@elsewhere.test' },
    })
    await world.zendesk.call('PUT', `/api/v2/users/${cid.id}/merge`, { user: { id: other.id } })
    const path = `/api/v2/users/${other.id}/identities`
    const { identities } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>('GET', path)
    const { id } = identities.find(({ value }) => value === 'cid@example.org')!
    await world.zendesk.call('PUT', `${path}/${id}/make_primary`)

    await world.fullStep()

    expect([await heldNow(), await creations()]).toEqual([[], 0])
    expect(await user('cid')).toMatchObject({ id: other.id, name: 'cid', external_id: cid.external_id })
  })
})
