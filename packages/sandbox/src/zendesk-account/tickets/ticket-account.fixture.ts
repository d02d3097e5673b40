import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'
import type { SandboxOptions } from '../sandbox-options.ts'

type Shown = { readonly id: number } & Readonly<Record<string, unknown>>

/** An account with Ada (11) and Bob (12) in Sales (2) and Support (3), a light agent (13) and a customer (14). */
export async function openTicketAccount(options: SandboxOptions = {}) {
  const zendesk: CalledSandbox = await callSandbox({
    before: {
      groups: [
        { id: 1, name: 'Home', default: true },
        { id: 2, name: 'Sales' },
        { id: 3, name: 'Support' },
      ],
      customRoles: [{ id: 9, name: 'Light agent', role_type: 1 }],
      users: [
        { id: 10, name: 'Owner', email: 'owner@example.org', role: 'admin' },
        { id: 11, name: 'Ada', role: 'agent' },
        { id: 12, name: 'Bob', role: 'agent' },
        { id: 13, name: 'Liz', role: 'agent', custom_role_id: 9 },
        { id: 14, name: 'Customer' },
      ].map((user) => ({ ...user })),
      memberships: [10, 11, 12, 13].flatMap((user_id) =>
        (user_id === 10 ? [1] : [1, 2, 3]).map((group_id) => ({ user_id, group_id })),
      ),
    },
    ...options,
  })
  const { call } = zendesk
  return {
    ...zendesk,
    /** One of Ada's, in Sales, unless it is to be another. */
    ticket: async (attributes: object = {}): Promise<Shown> => {
      const one = { requester_id: 14, group_id: 2, assignee_id: 11, status: 'open', ...attributes }
      return (await call('POST', '/sandbox/tickets', { tickets: [one] })).body.tickets[0]
    },
    put: (id: number, change: object) => call('PUT', `/api/v2/tickets/${id}`, { ticket: change }),
    show: async (id: number): Promise<Shown> => (await call('GET', `/api/v2/tickets/${id}`)).body.ticket,
    leave: async (user: number, group: number) => {
      const path = `/api/v2/users/${user}/group_memberships`
      const all = (await call('GET', path)).body.group_memberships as { id: number; group_id: number }[]
      await call('DELETE', `/api/v2/group_memberships/${all.find(({ group_id }) => group_id === group)!.id}`)
    },
    setUnknowns: (unknowns: SandboxOptions['unknowns']) => call('PATCH', '/sandbox/settings', { unknowns }),
  }
}
