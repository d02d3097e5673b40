import { describe, expect, it } from 'vitest'
import { callSandbox } from '../sandbox-client.ts'

const ADDRESS = 'https://example.org/faces/ada.jpg'

describe('a picture', () => {
  it('is shown once it is fetched, its address never', async () => {
    await using zendesk = await callSandbox({ clock: 2 })
    const { user } = (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Ada', remote_photo_url: ADDRESS } }))
      .body
    const shown = async () => (await zendesk.call('GET', `/api/v2/users/${user.id}`)).body.user

    expect(user.photo).toBeNull()
    await expect.poll(async () => (await shown()).photo?.file_name, { timeout: 5_000 }).toBe('ada.jpg')
    expect(await shown()).not.toHaveProperty('remote_photo_url')
  })

  it('is refused without an address of the web', async () => {
    await using zendesk = await callSandbox()
    const user = { name: 'Ada', remote_photo_url: 'ada.jpg' }

    expect((await zendesk.call('POST', '/api/v2/users', { user })).status).toBe(422)
  })

  it.each([
    ['kept', 'ada.jpg'],
    ['removed', undefined],
  ] as const)('is %s when its address is emptied', async (photoWithoutAddress, name) => {
    await using zendesk = await callSandbox({ clock: 1_000, unknowns: { photoWithoutAddress } })
    const { user } = (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Ada', remote_photo_url: ADDRESS } }))
      .body
    const shown = async () => (await zendesk.call('GET', `/api/v2/users/${user.id}`)).body.user
    await expect.poll(async () => (await shown()).photo?.file_name).toBe('ada.jpg')

    await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { remote_photo_url: null } })

    expect((await shown()).photo?.file_name).toBe(name)
  })
})
