import { afterEach, describe, expect, it } from 'vitest'
import { openTicketAccount } from './ticket-account.fixture.ts'

let zendesk: Awaited<ReturnType<typeof openTicketAccount>>
afterEach(() => zendesk[Symbol.asyncDispose]())

describe('a ticket', () => {
  it('is made with 201; who gets a new one opens it, and it is never new again', async () => {
    zendesk = await openTicketAccount()
    const made = await zendesk.call('POST', '/api/v2/tickets', { ticket: { subject: 'Fire', requester_id: 14 } })
    const { id } = made.body.ticket

    expect([made.status, made.body.ticket.status]).toEqual([201, 'new'])
    expect((await zendesk.put(id, { group_id: 2, assignee_id: 11 })).body.ticket).toMatchObject({ status: 'open' })
    expect((await zendesk.put(id, { status: 'new' })).status).toBe(422)
    expect((await zendesk.put(id, { group_id: 3 })).body.ticket).toMatchObject({ group_id: 3, assignee_id: 11 })
    expect((await zendesk.put(id, { assignee_id: null })).body.ticket).toMatchObject({ group_id: 3, assignee_id: null })
  })

  it('can be there from the start, and is on the page while it is open', async () => {
    const users = [{ id: 14, name: 'Customer' }]
    const tickets = ['pending', 'closed'].map((status) => ({ subject: `A ${status} fire`, requester_id: 14, status }))
    zendesk = await openTicketAccount({ before: { users, tickets } })

    const page = await (await fetch(zendesk.sandbox.url)).text()

    expect(await zendesk.show(2)).toMatchObject({ subject: 'A closed fire', status: 'closed', requester_id: 14 })
    expect([page.includes('A pending fire'), page.includes('A closed fire')]).toEqual([true, false])
    expect(page).toContain('1 open of 2')
  })

  it.each([
    ['an end user', { assignee_id: 14 }, 'Assignee: is invalid'],
    ['a light agent', { assignee_id: 13 }, 'Assignee: is invalid'],
    ['somebody whom Zendesk does not have', { assignee_id: 99 }, 'Assignee: is invalid'],
    ['who is not in its group', { assignee_id: 10, group_id: 2 }, 'Assignee: is not a member of the group'],
    ['who is not in its group, unsaid', { assignee_id: 10 }, 'Assignee: is not a member of the group'],
  ])('can’t be given to %s', async (_who, change, description) => {
    zendesk = await openTicketAccount()
    const { id } = await zendesk.ticket()

    const { status, body } = await zendesk.put(id, change)

    expect([status, body.details.assignee[0].description]).toEqual([422, description])
    expect(await zendesk.show(id)).toMatchObject({ assignee_id: 11, group_id: 2 })
  })

  it('may move to the group of who gets it, and be a suspended agent’s: nobody has recorded either', async () => {
    zendesk = await openTicketAccount({
      unknowns: { assigneeOfAnotherGroup: 'moves to their group', suspendedAssignee: 'allowed' },
    })
    await zendesk.call('PUT', '/api/v2/users/12', { user: { suspended: true } })
    const { id } = await zendesk.ticket()

    expect((await zendesk.put(id, { assignee_id: 10 })).body.ticket).toMatchObject({ assignee_id: 10, group_id: 1 })
    expect((await zendesk.put(id, { assignee_id: 12 })).status).toBe(200)
    await zendesk.setUnknowns({ suspendedAssignee: 'refused' })
    expect((await zendesk.put(id, { assignee_id: 12 })).status).toBe(422)
  })

  it('has an assignee when it is solved, and can’t be changed once it is closed', async () => {
    zendesk = await openTicketAccount()
    const solved = await zendesk.ticket({ status: 'solved' })
    const closed = await zendesk.ticket({ status: 'closed' })

    expect((await zendesk.put(solved.id, { assignee_id: null })).status).toBe(422)
    expect((await zendesk.put(closed.id, { assignee_id: 12 })).body.details.status[0].description).toBe(
      'Status: closed prevents ticket update',
    )
  })

  it('gets tags beside its own, and keeps its requester from being deleted', async () => {
    zendesk = await openTicketAccount()
    const { id } = await zendesk.ticket({ tags: ['vip'] })

    expect((await zendesk.put(id, { additional_tags: ['handed_over'] })).body.ticket.tags).toEqual([
      'vip',
      'handed_over',
    ])
    expect((await zendesk.call('DELETE', '/api/v2/users/14')).body.details.base[0].description).toBe(
      'User is requester on 1 ticket(s) that are not closed.',
    )
  })

  it('is read and written by scopes of its own, and searched by the broad one', async () => {
    zendesk = await openTicketAccount()
    const { id } = await zendesk.ticket()
    const { clientId: client_id, clientSecret: client_secret } = zendesk.sandbox.credentials
    const grant = { grant_type: 'client_credentials', client_id, client_secret, scope: 'tickets:read users:write' }
    const { access_token: token } = (await zendesk.call('POST', '/oauth/tokens', grant)).body
    const as = { authorization: `Bearer ${token}` }
    const query = encodeURIComponent('type:ticket assignee:11 status<solved')

    expect((await zendesk.call('GET', `/api/v2/tickets/${id}`, undefined, as)).status).toBe(200)
    expect((await zendesk.call('PUT', `/api/v2/tickets/${id}`, { ticket: {} }, as)).status).toBe(403)
    expect((await zendesk.call('GET', `/api/v2/search?query=${query}`, undefined, as)).status).toBe(403)
  })
})

describe('tickets of somebody', () => {
  const assigned = async (query: string) =>
    (await zendesk.call('GET', `/api/v2/users/11/tickets/assigned?${query}`)).body

  it('are listed with the closed ones, by cursor and by offset, and sorted as asked or not', async () => {
    zendesk = await openTicketAccount()
    const ids: number[] = []
    for (const status of ['open', 'closed', 'pending']) ids.push((await zendesk.ticket({ status })).id)
    await zendesk.ticket({ assignee_id: 12 })

    const first = await assigned('page[size]=2&sort=-status')
    const second = await assigned(`page[size]=2&sort=-status&page[after]=${first.meta.after_cursor}`)

    expect((await assigned('per_page=2')).tickets.map(({ id }: { id: number }) => id)).toEqual(ids.slice(0, 2))
    expect(first.tickets.map(({ status }: { status: string }) => status)).toEqual(['pending', 'open'])
    expect(second.tickets.map(({ status }: { status: string }) => status)).toEqual(['closed'])
    expect([first.meta.has_more, second.meta.has_more]).toEqual([true, false])
    await zendesk.setUnknowns({ sortOfAssignedTickets: 'ignored' })
    expect((await assigned('page[size]=3&sort=-status')).tickets.map(({ id }: { id: number }) => id)).toEqual(ids)
  })

  it('are found by a search as its index knows them, which is later than they are written', async () => {
    zendesk = await openTicketAccount({ searchLagMs: 60_000 })
    const { id } = await zendesk.ticket()
    const query = encodeURIComponent('type:ticket assignee:11 status<solved')
    const found = async () => (await zendesk.call('GET', `/api/v2/search?query=${query}`)).body

    const before = await found()
    await zendesk.call('PATCH', '/sandbox/settings', { searchLagMs: 0 })
    const after = await found()

    expect(before.count).toBe(0)
    expect(after.results).toMatchObject([{ id, result_type: 'ticket', assignee_id: 11 }])
    expect((await zendesk.call('GET', '/api/v2/search?query=printer')).status).toBe(400)
  })

  it('are changed together, each by its own result, and not when somebody was faster', async () => {
    zendesk = await openTicketAccount()
    const [one, closed] = [await zendesk.ticket(), await zendesk.ticket({ status: 'closed' })]
    // whoever changes the first one before its second turn comes is faster
    const ids = [one.id, closed.id, one.id].join(',')

    const answer = await zendesk.call('PUT', `/api/v2/tickets/update_many?ids=${ids}`, {
      ticket: { assignee_id: 12, group_id: 2, additional_tags: ['moved'] },
    })
    const { results } = await zendesk.finish(answer)
    const batch = await zendesk.finish(
      await zendesk.call('PUT', '/api/v2/tickets/update_many', { tickets: [{ id: one.id, group_id: 3 }] }),
    )

    expect(results).toMatchObject([
      { index: 0, id: one.id, success: true },
      { index: 1, error: 'TicketUpdateFailed', details: 'Status: closed prevents ticket update' },
      { index: 2, error: 'TicketUpdateFailed', details: expect.stringMatching(/^Safe Update prevented/) },
    ])
    expect(await zendesk.show(one.id)).toMatchObject({ assignee_id: 12, group_id: 3, tags: ['moved'] })
    expect(batch.results).toMatchObject([{ id: one.id, success: true }])
    const many = Array.from({ length: 101 }, (_one, i) => i + 1).join(',')
    expect((await zendesk.call('PUT', `/api/v2/tickets/update_many?ids=${many}`, { ticket: {} })).status).toBe(400)
  })
})
