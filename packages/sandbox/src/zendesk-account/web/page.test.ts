import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

let zendesk: CalledSandbox
beforeAll(async () => void (zendesk = await callSandbox()))
afterAll(() => zendesk[Symbol.asyncDispose]())

describe('the page', () => {
  it('shows users, groups and requests, and lets no name become markup', async () => {
    await zendesk.call('POST', '/api/v2/users', {
      user: { name: '<b>Ada</b>', email: 'ada@example.org', external_id: 'uid-1' },
    })

    const page = await (await fetch(zendesk.sandbox.url)).text()

    expect(page).toContain('&lt;b&gt;Ada&lt;/b&gt;')
    expect(page).not.toContain('<b>Ada</b>')
    expect(page).toContain('uid-1')
    expect(page).toContain('Support')
    expect(page).toContain('/api/v2/users')
  })

  it('finds users by their words', async () => {
    const page = await (await fetch(`${zendesk.sandbox.url}/?q=uid-1+ada`)).text()
    const nobody = await (await fetch(`${zendesk.sandbox.url}/?q=nobody-at-all`)).text()

    expect(page).toContain('ada@example.org')
    expect(nobody).toContain('Nobody of this name')
  })

  it('takes nothing from the account’s minute', async () => {
    const before = zendesk.sandbox.requests.length
    await fetch(zendesk.sandbox.url)
    await fetch(`${zendesk.sandbox.url}/favicon.ico`)

    expect(zendesk.sandbox.requests).toHaveLength(before)
  })
})
