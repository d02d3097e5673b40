import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

let zendesk: CalledSandbox
beforeAll(async () => void (zendesk = await callSandbox({ bulkImport: true })))
afterAll(() => zendesk[Symbol.asyncDispose]())

const people = (count: number, name = 'Some') => Array.from({ length: count }, (_, at) => ({ name: `${name} ${at}` }))

describe('bulk calls', () => {
  it('answer 200 with a queued job status', async () => {
    const { status, headers, body } = await zendesk.call('POST', '/api/v2/users/create_many', { users: people(2) })

    expect(status).toBe(200)
    expect(body.job_status).toMatchObject({ status: 'queued', total: 2, progress: null, message: null, results: null })
    expect(body.job_status.url).toBe(`${zendesk.sandbox.url}/api/v2/job_statuses/${body.job_status.id}.json`)
    expect(headers['zendesk-ratelimit-inflight-jobs']).toMatch(/^total=30; remaining=\d+; resets=60$/)
    await zendesk.finish({ status, headers, body })
  })

  it('complete with failed items, whose id is their place in the request', async () => {
    const users = [
      { name: 'Ann', email: 'ann@example.org', external_id: 'ann' },
      { name: 'Bad', email: 'bad' },
      { name: 'Cid' },
    ]

    const job = await zendesk.finish(await zendesk.call('POST', '/api/v2/users/create_many', { users }))

    expect(job).toMatchObject({ status: 'completed', progress: 3 })
    expect(job.message).toMatch(/^Completed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000$/)
    expect(job.results).toEqual([
      { id: expect.any(Number), status: 'Created', email: 'ann@example.org', external_id: 'ann' },
      { id: 1, error: 'UserCreateError', details: 'Name: Email: bad is not properly formatted', status: 'Failed' },
      { id: expect.any(Number), status: 'Created' },
    ])
  })

  it('create or update by email or external id', async () => {
    const users = [{ name: 'Upsert', external_id: 'upsert' }]
    const first = await zendesk.finish(await zendesk.call('POST', '/api/v2/users/create_or_update_many', { users }))
    const second = await zendesk.finish(
      await zendesk.call('POST', '/api/v2/users/create_or_update_many', {
        users: [{ name: 'New', external_id: 'UPSERT' }],
      }),
    )

    expect([first.results[0].status, second.results[0].status]).toEqual(['Created', 'Updated'])
    expect(second.results[0].id).toBe(first.results[0].id)
  })

  it('update many by their own ids, or all alike, and delete them', async () => {
    const made = await zendesk.finish(await zendesk.call('POST', '/api/v2/users/create_many', { users: people(3) }))
    const ids = made.results.map((one: { id: number }) => one.id) as number[]

    const each = await zendesk.finish(
      await zendesk.call('PUT', '/api/v2/users/update_many', {
        users: [...ids.map((id) => ({ id, notes: `n${id}` })), { id: 1, notes: 'x' }],
      }),
    )
    await zendesk.finish(
      await zendesk.call('PUT', `/api/v2/users/update_many?ids=${ids.join()}`, { user: { suspended: true } }),
    )
    const shown = (await zendesk.call('GET', `/api/v2/users/show_many?ids=${ids.join()}`)).body.users
    const gone = await zendesk.finish(await zendesk.call('DELETE', `/api/v2/users/destroy_many?ids=${ids.join()}`))

    expect(each.results[0]).toEqual({ id: ids[0], action: 'update', status: 'Updated', success: true })
    expect(each.results[3]).toMatchObject({ id: 3, status: 'Failed', details: 'Not found' })
    expect(
      shown.every(
        (user: { id: number; notes: string; suspended: boolean }) => user.notes === `n${user.id}` && user.suspended,
      ),
    ).toBe(true)
    expect(gone.results[0]).toEqual({ action: 'delete', id: ids[0], status: 'Deleted', success: true })
  })

  it('join and leave groups', async () => {
    const made = await zendesk.finish(
      await zendesk.call('POST', '/api/v2/users/create_many', {
        users: [{ name: 'Agent', role: 'agent' }, { name: 'Customer' }],
      }),
    )
    const [agent, customer] = made.results
    const { group } = (await zendesk.call('POST', '/api/v2/groups', { group: { name: 'Bulk' } })).body
    const group_memberships = [agent, customer, agent].map(({ id }) => ({ user_id: id, group_id: group.id }))

    const joined = await zendesk.finish(
      await zendesk.call('POST', '/api/v2/group_memberships/create_many', { group_memberships }),
    )
    const left = await zendesk.finish(
      await zendesk.call('DELETE', `/api/v2/group_memberships/destroy_many?ids=${joined.results[0].id}`),
    )

    expect(joined.results.map((one: { status: string }) => one.status)).toEqual(['Created', 'Failed', 'Failed'])
    expect(left.results).toMatchObject([{ status: 'Deleted' }])
  })

  it.each([
    ['POST', '/api/v2/users/create_many', { users: people(101) }, 400, 'Maximum 100 users may be created per call'],
    [
      'GET',
      `/api/v2/users/show_many?ids=${Array.from({ length: 101 }, (_, at) => at).join()}`,
      undefined,
      400,
      'Parameter  cannot specify more than 100 values',
    ],
  ])('refuse more than 100: %s %s', async (method, path, body, status, description) => {
    expect(await zendesk.call(method, path, body)).toMatchObject({
      status,
      body: { error: 'TooManyValues', description },
    })
  })

  it('refuse the whole batch for one id that is none', async () => {
    const { status, body } = await zendesk.call('PUT', '/api/v2/users/update_many', {
      users: [{ id: null, name: 'X' }, ...people(1)],
    })

    expect(status).toBe(400)
    expect(body.error.message).toContain('users.0.id must be an integer')
  })

  it('are forbidden without bulk import, updates and deletions apart', async () => {
    await using plain = await callSandbox()

    expect((await plain.call('POST', '/api/v2/users/create_many', { users: people(1) })).status).toBe(403)
    expect((await plain.call('POST', '/api/v2/users/create_or_update_many', { users: people(1) })).status).toBe(403)
    expect((await plain.call('PUT', '/api/v2/users/update_many?ids=1', { user: { name: 'Xx' } })).status).toBe(200)
    expect((await plain.call('DELETE', '/api/v2/users/destroy_many?ids=1')).status).toBe(200)
  })

  it('have 30 in flight at most, and then name them', async () => {
    await using busy = await callSandbox({ clock: 1 })
    for (let at = 0; at < 30; at++) await busy.call('PUT', '/api/v2/users/update_many?ids=1', { user: { name: 'Xx' } })

    const { status, body } = await busy.call('PUT', '/api/v2/users/update_many?ids=1', { user: { name: 'Xx' } })

    expect(status).toBe(429)
    expect(body).toMatchObject({
      error: 'TooManyJobs',
      description: 'Too many UserBulkUpdateJobV2 jobs are currently queued or running. Try again later.',
    })
    expect(body.current_job_ids).toHaveLength(30)
  })
})
