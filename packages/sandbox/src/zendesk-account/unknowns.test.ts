import { describe, expect, it } from 'vitest'
import { callSandbox, type CalledSandbox } from './sandbox-client.ts'
import { UNKNOWN_CHOICES, UNKNOWNS, type Unknowns } from './unknowns.ts'

async function agentOf({ call }: CalledSandbox, attributes: object = {}) {
  return (await call('POST', '/api/v2/users', { user: { name: 'Agent', role: 'agent', ...attributes } })).body.user
}

async function membershipsOf({ call }: CalledSandbox, userId: number) {
  return (await call('GET', `/api/v2/users/${userId}/group_memberships`)).body.group_memberships
}

describe('what nobody has recorded', () => {
  it('is by default what is likeliest', () => {
    expect(UNKNOWNS.lastMembership).toBe('refused')
    expect(Object.keys(UNKNOWNS)).toEqual(Object.keys(UNKNOWN_CHOICES))
  })

  it('can be set while the sandbox runs, to what is a choice', async () => {
    await using zendesk = await callSandbox()

    expect(
      (await zendesk.call('PATCH', '/sandbox/settings', { unknowns: { failedItemBase: 1 } })).body.unknowns
        .failedItemBase,
    ).toBe(1)
    expect((await zendesk.call('PATCH', '/sandbox/settings', { unknowns: { failedItemBase: 2 } })).status).toBe(400)
  })

  it('a job status can name another host than the one that was called', async () => {
    await using zendesk = await callSandbox({ unknowns: { jobStatusHost: 'another' } })
    const { id } = await agentOf(zendesk)

    const { body } = await zendesk.call('DELETE', `/api/v2/users/destroy_many?ids=${id}`)

    expect(body.job_status.url).toMatch(/^https:\/\/z3n-acme\.zendesk\.com\/api\/v2\/job_statuses\//)
  })

  it.each([
    ['refused', 422, 1],
    ['allowed', 204, 0],
    ['replaced by the default group', 204, 1],
  ] as const)('the last membership is %s', async (lastMembership, status, left) => {
    await using zendesk = await callSandbox({ unknowns: { lastMembership } })
    const agent = await agentOf(zendesk)
    const [only] = await membershipsOf(zendesk, agent.id)

    expect((await zendesk.call('DELETE', `/api/v2/group_memberships/${only.id}`)).status).toBe(status)
    expect(await membershipsOf(zendesk, agent.id)).toHaveLength(left)
  })

  it.each([
    ['the oldest', 0],
    ['the newest', 1],
  ] as const)('the default group that is left makes room for %s', async (nextDefaultGroup, place) => {
    await using zendesk = await callSandbox({ unknowns: { nextDefaultGroup } })
    const agent = await agentOf(zendesk)
    const [home] = await membershipsOf(zendesk, agent.id)
    const joined: number[] = []
    for (const name of ['One', 'Two']) {
      const { group } = (await zendesk.call('POST', '/api/v2/groups', { group: { name } })).body
      const group_membership = { user_id: agent.id, group_id: group.id }
      await zendesk.call('POST', '/api/v2/group_memberships', { group_membership })
      joined.push(group.id)
    }
    await zendesk.call('DELETE', `/api/v2/group_memberships/${home.id}`)

    const left = await membershipsOf(zendesk, agent.id)
    expect(left.find((one: { default: boolean }) => one.default).group_id).toBe(joined[place])
  })

  it.each([
    [422, 422],
    [409, 409],
    ['answers the existing one', 201],
  ] as const)('a membership that is there already: %s', async (duplicateMembership, status) => {
    await using zendesk = await callSandbox({ unknowns: { duplicateMembership } })
    const agent = await agentOf(zendesk)
    const [{ user_id, group_id }] = await membershipsOf(zendesk, agent.id)

    expect(
      (await zendesk.call('POST', '/api/v2/group_memberships', { group_membership: { user_id, group_id } })).status,
    ).toBe(status)
  })

  it.each([
    [{ failedItemBase: 1 }, { id: 2 }],
    [{ failedItemPosition: 'index' }, { index: 1 }],
    [{ failedItemPosition: 'none' }, {}],
  ] as const)('a failed item under %o', async (unknowns, expected) => {
    await using zendesk = await callSandbox({ bulkImport: true, unknowns })
    const users = [{ name: 'Good' }, { name: 'Bad', email: 'bad' }]

    const { results } = await zendesk.finish(await zendesk.call('POST', '/api/v2/users/create_many', { users }))

    expect(results[1]).toEqual({ ...expected, error: 'UserCreateError', details: expect.any(String), status: 'Failed' })
  })

  it.each([
    ['generic', [{ action: 'create', id: expect.any(Number), status: 'Created', success: true }]],
    ['index', [{ index: 0, id: expect.any(Number) }]],
    ['null', null],
  ] as const)('results of memberships: %s', async (membershipResults, expected) => {
    await using zendesk = await callSandbox({ unknowns: { membershipResults } })
    const agent = await agentOf(zendesk)
    const { group } = (await zendesk.call('POST', '/api/v2/groups', { group: { name: 'Team' } })).body
    const body = { group_memberships: [{ user_id: agent.id, group_id: group.id }] }

    const { results } = await zendesk.finish(await zendesk.call('POST', '/api/v2/group_memberships/create_many', body))

    expect(results).toEqual(expected)
  })

  it.each([
    ['ignored', ['Ada@example.org'], 'Ada@example.org'],
    ['renames the identity', ['ADA@example.org'], 'ADA@example.org'],
    ['adds an identity', ['Ada@example.org', 'ADA@example.org'], 'Ada@example.org'],
  ] as const)('an address in another case: %s', async (caseOnlyEmail, values, email) => {
    await using zendesk = await callSandbox({ unknowns: { caseOnlyEmail } })
    const user = await agentOf(zendesk, { email: 'Ada@example.org' })

    const put = await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: { email: 'ADA@example.org' } })
    const { identities } = (await zendesk.call('GET', `/api/v2/users/${user.id}/identities`)).body

    expect(put.body.user.email).toBe(email)
    expect(identities.map((one: { value: string }) => one.value)).toEqual(values)
  })

  it.each([
    ['refused', 422, undefined],
    ['external id wins', 200, 'by-id'],
    ['email wins', 200, 'by-mail'],
  ] as const)('email against external id: %s', async (emailAgainstExternalId, status, alias) => {
    await using zendesk = await callSandbox({ unknowns: { emailAgainstExternalId } })
    await agentOf(zendesk, { email: 'a@example.org', alias: 'by-mail' })
    await agentOf(zendesk, { external_id: 'x', alias: 'by-id' })

    const user = { email: 'a@example.org', external_id: 'x' }
    const answer = await zendesk.call('POST', '/api/v2/users/create_or_update', { user })

    expect([answer.status, answer.body.user?.alias]).toEqual([status, alias])
  })

  it.each([
    ['repeat', 201],
    ['unique', 422],
  ] as const)('names of groups: %s', async (groupNames, status) => {
    await using zendesk = await callSandbox({ unknowns: { groupNames } })

    expect((await zendesk.call('POST', '/api/v2/groups', { group: { name: 'support' } })).status).toBe(status)
  })

  it.each([
    ['moves to the default group', 204],
    ['refused', 422],
  ] as const)('deletion of an agent’s only group: %s', async (onlyGroupDeletion, status) => {
    await using zendesk = await callSandbox({ unknowns: { onlyGroupDeletion } })
    const agent = await agentOf(zendesk)
    const [home] = await membershipsOf(zendesk, agent.id)
    const { group } = (await zendesk.call('POST', '/api/v2/groups', { group: { name: 'Only' } })).body
    await zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: agent.id, group_id: group.id },
    })
    await zendesk.call('DELETE', `/api/v2/group_memberships/${home.id}`)

    expect((await zendesk.call('DELETE', `/api/v2/groups/${group.id}`)).status).toBe(status)
    expect(await membershipsOf(zendesk, agent.id)).toHaveLength(1)
  })

  it.each([
    [{ tooManyJobsStatus: 503, tooManyJobsRetryAfter: true }, 503, '10'],
    [{ tooManyJobsStatus: 422 }, 422, undefined],
  ] as const)('too many jobs under %o', async (unknowns, status, retryAfter) => {
    await using zendesk = await callSandbox({ clock: 1, unknowns: unknowns satisfies Partial<Unknowns> })
    const update = () => zendesk.call('PUT', '/api/v2/users/update_many?ids=1', { user: { alias: 'x' } })
    for (let at = 0; at < 30; at++) await update()

    const answer = await update()

    expect([answer.status, answer.headers['retry-after'], answer.body.error]).toEqual([
      status,
      retryAfter,
      'TooManyJobs',
    ])
  })

  it.each([
    ['ignored', 1],
    ['obeyed', 2],
  ] as const)('group_ids of a new user are %s', async (groupIdsOnCreate, count) => {
    await using zendesk = await callSandbox({ unknowns: { groupIdsOnCreate } })
    const { group } = (await zendesk.call('POST', '/api/v2/groups', { group: { name: 'Team' } })).body

    expect(await membershipsOf(zendesk, (await agentOf(zendesk, { group_ids: [group.id] })).id)).toHaveLength(count)
  })

  it.each([
    ['not sent', {}, []],
    ['sent', {}, ['mia@example.org']],
    ['sent', { skip_verify_email: true }, []],
  ] as const)('mails about access are %s, with %o', async (accessMails, said, to) => {
    await using zendesk = await callSandbox({ unknowns: { accessMails } })
    const agent = await agentOf(zendesk, { email: 'mia@example.org', skip_verify_email: true })

    for (const user of [{ phone: '1' }, { suspended: true }, { suspended: false, ...said }])
      await zendesk.call('PUT', `/api/v2/users/${agent.id}`, { user })

    expect(zendesk.sandbox.account.mails.map((one) => one.to)).toEqual(to)
  })

  it.each([
    ['taken', 201],
    ['refused', 422],
  ] as const)('an address below .invalid is %s', async (invalidDomain, status) => {
    await using zendesk = await callSandbox({ unknowns: { invalidDomain } })
    const agent = await agentOf(zendesk)

    const identity = { type: 'email', value: 'agent@moving.invalid' }
    expect((await zendesk.call('POST', `/api/v2/users/${agent.id}/identities`, { identity })).status).toBe(status)
  })

  it('update_many counts for each user when it is said to', async () => {
    await using zendesk = await callSandbox({ limits: 'on', unknowns: { updateManyInUserLimit: 'five a minute' } })
    const agent = await agentOf(zendesk)
    const update = () => zendesk.call('PUT', '/api/v2/users/update_many', { users: [{ id: agent.id, alias: 'x' }] })
    for (let at = 0; at < 5; at++) expect((await update()).status).toBe(200)

    expect((await update()).status).toBe(429)
  })

  it('update_many counts as a single write when it is said to', async () => {
    await using zendesk = await callSandbox({ limits: 'on', unknowns: { updateManyInUserLimit: 'both' } })
    const agents = [await agentOf(zendesk), await agentOf(zendesk)]
    const update = (id: number) => zendesk.call('PUT', '/api/v2/users/update_many', { users: [{ id, alias: 'x' }] })

    expect((await update(agents[0]!.id)).status).toBe(200)
    expect((await update(agents[1]!.id)).status).toBe(429)
    expect((await zendesk.call('PUT', `/api/v2/users/${agents[1]!.id}`, { user: { alias: 'x' } })).status).toBe(429)
  })
})
