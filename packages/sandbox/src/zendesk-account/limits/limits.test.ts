import { describe, expect, it } from 'vitest'
import { callSandbox } from '../sandbox-client.ts'
import { UNKNOWNS } from '../unknowns.ts'
import { RateLimits } from './rate-limits.ts'

const SETTINGS = {
  plan: 'team',
  limits: 'on',
  clock: 1,
  bulkImport: false,
  seats: undefined,
  departmentSpaces: false,
  severalOrganizations: false,
  searchLagMs: 0,
  answerDelayMs: 0,
  headerSpelling: '2024',
  clientScopes: undefined,
  tokenLifetimeSeconds: undefined,
  unknowns: { ...UNKNOWNS },
} as const

describe('the account’s limit', () => {
  it('counts every request, 404s too, in both spellings of the headers', async () => {
    await using zendesk = await callSandbox({ limits: 'on', plan: 'professional' })
    const first = await zendesk.call('GET', '/api/v2/users/1')
    await zendesk.call('PATCH', '/sandbox/settings', { headerSpelling: '2023' })
    const second = await zendesk.call('GET', '/api/v2/nonsense')

    expect(first.headers).toMatchObject({
      'x-rate-limit': '400',
      'x-rate-limit-remaining': '399',
      'ratelimit-limit': '400',
      'ratelimit-remaining': '399',
    })
    expect(second.headers).toMatchObject({
      'x-rate-limit-remaining': '398',
      'rate-limit': '400',
      'rate-limit-remaining': '398',
    })
    expect(Number(first.headers['ratelimit-reset'])).toBeGreaterThan(50)
  })

  it('answers 429 in plain text when others have used it up', async () => {
    await using zendesk = await callSandbox({ limits: 'on', plan: 'team' })
    await zendesk.call('POST', '/sandbox/consume', { requests: 200 })

    const { status, headers, body } = await zendesk.call('GET', '/api/v2/users')

    expect(status).toBe(429)
    expect(headers['content-type']).toContain('text/plain')
    expect(body).toBe('Number of allowed API requests per minute exceeded')
    expect(headers['retry-after']).toBe(headers['ratelimit-reset'])
  })

  it('begins anew with the minute', () => {
    const limits = new RateLimits(SETTINGS)
    const now = Date.now()
    for (let at = 0; at < 200; at++) limits.admit(now)

    expect(() => limits.admit(now)).toThrow('requests per minute')
    expect(() => limits.admit(now + 60_000)).not.toThrow()
  })
})

describe('writes of single users', () => {
  it('are one a second for the account', async () => {
    await using zendesk = await callSandbox({ limits: 'on' })
    const { user } = (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Ada' } })).body
    const first = await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { alias: 'a' } })
    const second = await zendesk.call('POST', '/api/v2/users/create_or_update', { user: { name: 'Other' } })

    expect(first.status).toBe(200)
    expect(second.status).toBe(429)
    expect(second.headers).toMatchObject({
      'retry-after': '1',
      'zendesk-ratelimit-create-update-user': 'total=1; remaining=0; resets=1',
    })
    expect(Number(second.headers['x-rate-limit-remaining'])).toBeGreaterThan(0)
  })

  it('are five a minute for each user', () => {
    const limits = new RateLimits(SETTINGS)
    const now = Date.now()
    for (let at = 0; at < 5; at++) limits.admitWriteOf(1, now + at * 1_000)

    expect(() => limits.admitWriteOf(1, now + 33_000)).toThrow(
      expect.objectContaining({ status: 429, headers: { 'retry-after': '27' } }),
    )
    expect(() => limits.admitWriteOf(2, now + 33_000)).not.toThrow()
    expect(() => limits.admitWriteOf(1, now + 60_001)).not.toThrow()
  })

  it('conflict when they overlap on one user', async () => {
    await using zendesk = await callSandbox({ answerDelayMs: 100 })
    const { user } = (await zendesk.call('POST', '/api/v2/users', { user: { name: 'Ada' } })).body
    const put = (alias: string) => zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { alias } })

    const statuses = (await Promise.all([put('a'), put('b')])).map(({ status }) => status)

    expect(statuses.toSorted()).toEqual([200, 409])
    expect((await put('c')).status).toBe(200)
  })
})
