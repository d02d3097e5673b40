import { afterEach, describe, expect, it } from 'vitest'
import { openTicketAccount } from './ticket-account.fixture.ts'

let zendesk: Awaited<ReturnType<typeof openTicketAccount>>
afterEach(() => zendesk[Symbol.asyncDispose]())

/** Who has the ticket, once that is another one, or nobody. */
async function newAssignee(id: number, was: number): Promise<unknown> {
  const deadline = Date.now() + 5_000
  for (;;) {
    const { assignee_id: now } = await zendesk.show(id)
    if (now !== was || Date.now() > deadline) return now
  }
}

describe('the tickets of an agent who', () => {
  it.each([
    ['unassigned', null],
    ['reassigned', 12],
  ] as const)(
    'leaves a group are %s a little later, by nobody’s record; those of other groups stay',
    async (how, heir) => {
      zendesk = await openTicketAccount({ unknowns: { ticketsOfGroupLeaver: how } })
      const [mine, other, closed] = [
        await zendesk.ticket(),
        await zendesk.ticket({ group_id: 3 }),
        await zendesk.ticket({ status: 'closed' }),
      ]

      await zendesk.leave(11, 2)

      expect(await newAssignee(mine.id, 11)).toBe(heir)
      expect(await zendesk.show(mine.id)).toMatchObject({ group_id: 2 })
      expect([(await zendesk.show(other.id)).assignee_id, (await zendesk.show(closed.id)).assignee_id]).toEqual([
        11, 11,
      ])
    },
  )

  it.each([
    ['is downgraded', () => zendesk.call('PUT', '/api/v2/users/11', { user: { role: 'end-user' } })],
    ['becomes a light agent', () => zendesk.call('PUT', '/api/v2/users/11', { user: { custom_role_id: 9 } })],
    ['is deleted', () => zendesk.call('DELETE', '/api/v2/users/11')],
  ])('%s are the API user’s where they are in the group, else the group’s oldest agent’s', async (_how, change) => {
    zendesk = await openTicketAccount()
    const api = zendesk.sandbox.account.apiUserId
    await zendesk.call('POST', '/api/v2/group_memberships', { group_membership: { user_id: api, group_id: 3 } })
    const [sales, support] = [await zendesk.ticket(), await zendesk.ticket({ group_id: 3, status: 'solved' })]

    await change()

    expect((await zendesk.show(sales.id)).assignee_id).toBe(12)
    expect((await zendesk.show(support.id)).assignee_id).toBe(api)
  })

  it('is deleted are nobody’s under that switch; a solved one is the owner’s when the group has nobody else', async () => {
    zendesk = await openTicketAccount({ unknowns: { ticketsOfFormerAgent: 'unassigned' } })
    await zendesk.leave(12, 2)
    const [open2, solved] = [await zendesk.ticket(), await zendesk.ticket({ status: 'solved' })]

    await zendesk.call('DELETE', '/api/v2/users/11')

    expect((await zendesk.show(open2.id)).assignee_id).toBeNull()
    expect((await zendesk.show(solved.id)).assignee_id).toBe(10)
  })

  it('is suspended stay', async () => {
    zendesk = await openTicketAccount()
    const { id } = await zendesk.ticket()

    await zendesk.call('PUT', '/api/v2/users/11', { user: { suspended: true } })

    expect((await zendesk.show(id)).assignee_id).toBe(11)
  })

  it('was in a group that is deleted lose the group, and the agent', async () => {
    zendesk = await openTicketAccount()
    const { id } = await zendesk.ticket()

    await zendesk.call('DELETE', '/api/v2/groups/2')

    expect(await zendesk.show(id)).toMatchObject({ group_id: null, assignee_id: null })
  })
})
