import { expect, it } from 'vitest'
import { readRateHeaders, readRequestId } from './rate-headers.ts'

it.each([
  ['2021', { 'x-rate-limit': '700', 'x-rate-limit-remaining': '699' }, [700, 699, undefined]],
  [
    '2023',
    { 'rate-limit': '700', 'rate-limit-remaining': '657', 'rate-limit-reset': '9', 'x-rate-limit': '700' },
    [700, 657, 9],
  ],
  ['2024', { 'ratelimit-limit': '700', 'ratelimit-remaining': '675', 'ratelimit-reset': '43' }, [700, 675, 43]],
  ['a gateway that tells a time', { 'ratelimit-remaining': '0', 'ratelimit-reset': '1790000000' }, [undefined, 0, 60]],
  ['a proxy', { 'content-type': 'text/html' }, [undefined, undefined, undefined]],
  ['nobody', { 'x-rate-limit': 'many', 'x-rate-limit-remaining': '' }, [undefined, undefined, undefined]],
])('reads the headers of %s', (_when, headers, expected) => {
  const { limit, remaining, resetSeconds } = readRateHeaders(headers)

  expect([limit, remaining, resetSeconds]).toEqual(expected)
})

it.each([
  ['zendesk-ratelimit-inflight-jobs', 'total=30; remaining=29; resets=60'],
  ['zendesk-rate-limit-inflight-jobs', 'total=30;remaining=29'],
])('reads how many job statuses are left from %s: %s', (name, value) => {
  expect(readRateHeaders({ [name]: value }).inflightJobs).toMatchObject({ total: 30, remaining: 29 })
})

it.each([
  [{ 'x-request-id': '8a1c-SEA' }, '8a1c-SEA'],
  [{ 'x-zendesk-request-id': '8a1c' }, '8a1c'],
  [{ 'x-request-id': 'x'.repeat(1_000) }, 'x'.repeat(200)],
  [{}, undefined],
])('reads how Zendesk calls a request: %o', (headers, id) => {
  expect(readRequestId(headers)).toBe(id)
})
