import { describe, expect, it } from 'vitest'
import { classifyAnswer, type Answer } from './classify-answer.ts'
import { isDuplicateEmail, isDuplicateExternalId, isOpenTickets, isSeatsExhausted, ZendeskError } from './errors.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')

function classify(answer: Partial<Answer> & { status: number }) {
  return classifyAnswer({ method: 'POST', path: '/api/v2/users', headers: {}, body: '', ...answer }, NOW)
}

const SINGLE_USER =
  'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: '
const PER_MINUTE = 'Number of allowed API requests per minute exceeded'
const TOO_MANY_JOBS = {
  error: 'TooManyJobs',
  description: 'Too many UserBulkUpdateJobV2 jobs are currently queued or running. Try again later.',
  current_job_ids: ['V3-1', 'V3-2'],
}

describe('limits', () => {
  const put = { method: 'PUT', path: '/api/v2/users/7' }
  const left = { 'x-rate-limit': '700', 'x-rate-limit-remaining': '668' }

  it.each([
    [
      'one user’s limit, as recorded',
      { ...put, headers: { ...left, 'retry-after': '27' }, body: SINGLE_USER },
      { scope: 'one user', retryAfterMs: 27_000 },
    ],
    [
      'a minute that is used up, in words',
      { headers: { 'retry-after': '4' }, body: PER_MINUTE },
      { scope: 'account', retryAfterMs: 4_000 },
    ],
    [
      'a minute that is used up, by a PUT',
      { ...put, headers: { ...left, 'x-rate-limit-remaining': '0' } },
      { scope: 'account' },
    ],
    [
      'a minute that is used up, in JSON',
      { body: '{"error":{"title":"APIRateLimitExceeded","message":"Too many"}}' },
      { scope: 'account' },
    ],
    ['a PUT while the minute has requests left', { ...put, headers: left }, { scope: 'single user write' }],
    [
      'update_many, where the limit of single user writes is used up',
      {
        method: 'PUT',
        path: '/api/v2/users/update_many',
        headers: { ...left, 'zendesk-ratelimit-create-update-user': 'total=60;remaining=0;resets=1' },
      },
      { scope: 'single user write' },
    ],
    ['create_or_update', { path: '/api/v2/users/create_or_update', headers: left }, { scope: 'single user write' }],
    [
      'the reading of job statuses',
      { method: 'GET', path: '/api/v2/job_statuses/show_many', headers: left },
      { scope: 'job statuses' },
    ],
    ['an export', { method: 'GET', path: '/api/v2/incremental/users/cursor', headers: left }, { scope: 'exports' }],
    ['another request, whatever is left', { headers: left }, { scope: 'account' }],
    [
      'a wait until a date',
      { headers: { 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' } },
      { scope: 'account', retryAfterMs: 30_000 },
    ],
    ['a wait that makes no sense', { headers: { 'retry-after': 'soon' } }, { scope: 'account' }],
  ])('knows %s', (_name, answer, expected) => {
    expect(classify({ status: 429, ...answer }).problem).toEqual({ kind: 'rate limited', ...expected })
  })

  it.each([429, 400, 422, 503])('knows too many jobs by the body, at status %i', (status) => {
    const { problem } = classify({ status, path: '/api/v2/users/update_many', body: JSON.stringify(TOO_MANY_JOBS) })

    expect(problem).toEqual({ kind: 'too many jobs', jobIds: ['V3-1', 'V3-2'] })
  })
})

describe('refusals', () => {
  const scopes = '{"error":"Forbidden","description":"You are missing the following required scopes: write"}'

  it.each([
    ['absent credentials', 401, {}, '{"error":"Couldn\'t authenticate you"}', { kind: 'unauthenticated' }],
    ['a token without the scope', 403, {}, scopes, { kind: 'forbidden', scopes: ['write'] }],
    [
      'bulk import that is off',
      403,
      { path: '/api/v2/users/create_many' },
      '{"error":"Forbidden"}',
      { kind: 'forbidden', bulkImport: true },
    ],
    [
      'bulk import that a scope forbids',
      403,
      { path: '/api/v2/users/create_many' },
      scopes,
      { kind: 'forbidden', scopes: ['write'] },
    ],
    ['any other right', 403, { path: '/api/v2/users/update_many' }, '', { kind: 'forbidden' }],
    ['a missing record', 404, {}, '{"error":"RecordNotFound","description":"Not found"}', { kind: 'not found' }],
    [
      'a collision in JSON',
      409,
      {},
      '{"error":"DatabaseConflict","description":"Database collision"}',
      { kind: 'conflict' },
    ],
    [
      'a value that is taken, with the status of a collision',
      409,
      {},
      '{"error":"RecordInvalid","details":{"user_id":[{"description":"User has already been taken","error":"DuplicateValue"}]}}',
      {
        kind: 'invalid',
        details: [{ field: 'user_id', description: 'User has already been taken', error: 'DuplicateValue' }],
      },
    ],
    ['a collision in plain text', 409, {}, 'Requester creation collision - please try again', { kind: 'conflict' }],
    [
      'an overload',
      503,
      { headers: { 'retry-after': '3' } },
      '<html>busy</html>',
      { kind: 'unavailable', retryAfterMs: 3_000 },
    ],
    ['an error of the server', 500, {}, '', { kind: 'unavailable' }],
    ['a login page', 200, {}, '<html>Sign in</html>', { kind: 'unreadable' }],
    ['a redirect', 302, {}, '', { kind: 'unreadable' }],
    [
      'a bad item of a batch',
      400,
      { path: '/api/v2/users/create_many' },
      '{"error":{"title":"Invalid attribute","message":"You passed an invalid value for the users.3.id attribute. users.3.id must be an integer"}}',
      { kind: 'batch refused', item: 3 },
    ],
    [
      'a batch of too many',
      400,
      { path: '/api/v2/users/create_many' },
      '{"error":"TooManyValues","description":"Maximum 100 users may be created per call"}',
      { kind: 'batch refused' },
    ],
    [
      'an invalid request that is no batch',
      400,
      { path: '/api/v2/users/7', method: 'PUT' },
      '{"error":{"title":"Invalid attribute","message":"must be an integer"}}',
      {
        kind: 'invalid',
        details: [{ field: 'base', description: 'Invalid attribute: must be an integer', error: 'Invalid attribute' }],
      },
    ],
    [
      'a pagination that is too deep',
      400,
      { method: 'GET' },
      '{"errors":[{"code":"InvalidPaginationDepth","title":"Limit","detail":"100 pages"}]}',
      {
        kind: 'invalid',
        details: [{ field: 'base', description: 'Limit: 100 pages', error: 'InvalidPaginationDepth' }],
      },
    ],
    ['an empty refusal', 422, {}, '', { kind: 'invalid', details: [] }],
  ])('knows %s', (_name, status, answer, body, expected) => {
    expect(classify({ status, ...answer, body }).problem).toEqual(expected)
  })
})

describe('values that Zendesk refuses', () => {
  const invalid = (details: unknown) => {
    const body = JSON.stringify({ error: 'RecordInvalid', description: 'Record validation errors', details })
    const { problem, words } = classify({ status: 422, body })
    return new ZendeskError(problem, { method: 'POST', path: '/api/v2/users' }, words, { status: 422 })
  }
  const ofEmail = invalid({
    email: [{ description: 'Email: a@b.example is already being used by another user', error: 'DuplicateValue' }],
  })
  const ofIdentity = invalid({
    value: [{ description: 'Value: a@b.example is already being used by another user', error: 'DuplicateValue' }],
  })
  const ofFormat = invalid({ email: [{ description: 'Email: badmail is not properly formatted' }] })
  const ofExternalId = invalid({ name: [{ description: 'External has already been taken' }] })
  const ofSeats = invalid({ base: [{ description: 'You have reached the limit', error: 'MaxAgentExceeded' }] })
  const ofTickets = invalid({ base: ['User is requester on 2 ticket(s) that are not closed.'] })

  it.each([
    ['a duplicate email', ofEmail, [true, false, false, false]],
    ['a duplicate identity', ofIdentity, [true, false, false, false]],
    ['a malformed email', ofFormat, [false, false, false, false]],
    ['a duplicate external id', ofExternalId, [false, true, false, false]],
    ['seats that are used up', ofSeats, [false, false, true, false]],
    ['open tickets', ofTickets, [false, false, false, true]],
    ['another error', new Error('already being used'), [false, false, false, false]],
  ])('tells apart %s', (_name, error, expected) => {
    expect([
      isDuplicateEmail(error),
      isDuplicateExternalId(error),
      isSeatsExhausted(error),
      isOpenTickets(error),
    ]).toEqual(expected)
  })

  it('says what was asked and what Zendesk answered', () => {
    expect(ofFormat.message).toBe(
      'POST /api/v2/users: Zendesk refuses the values (422). Zendesk says: Email: badmail is not properly formatted',
    )
    expect(ofFormat.code).toBe('ZENDESK_INVALID')
  })
})
