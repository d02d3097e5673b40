import { textLike } from './scalars.ts'

const WAYS = 'leave, group, hold, or user: and the address of a team member, such as user:queue@acme.com'

/** What becomes of open tickets; `user` names a team member's address. */
export type TicketsWay = { readonly to: 'leave' | 'group' | 'hold' } | { readonly to: 'user'; readonly email: string }

/** Keys of `users.remove` that say what becomes of the open tickets of a team member who leaves, or leaves a group. */
export const LeaversTickets = {
  tickets: textLike(/^(leave|group|hold|user:\s*[^\s@]+@[^\s@]+)$/, WAYS)
    .default('leave')
    .describe(
      'Who has the open tickets of a team member who is suspended, deleted or made an end user, or who leaves a group ' +
        '(then those in that group), from just before on: `leave` has Zendesk decide, which gives those of who is ' +
        'deleted or downgraded to the API’s own user or the group’s oldest agent, and leaves those of who is suspended; ' +
        '`group` leaves them in their group, without an assignee; `user:ADDRESS` gives them to that team member where ' +
        'they are in the ticket’s group, and leaves the others in their group; `hold` keeps whoever has any on the team ' +
        'until an admin approves that they go, and then has Zendesk decide, as of who leaves a group. Open are new, ' +
        'open, pending and on-hold ones. A removal waits 15 s for its tickets at the most, and goes on without them ' +
        '(`TICKETS_NOT_MOVED`). All but `leave` need the OAuth scopes tickets:read and tickets:write, and for agents of ' +
        'more than 100 tickets the search: read and write have it all.',
    ),
  ticketTag: textLike(/^[^\s,]+$/, 'one tag: letters without spaces or commas')
    .optional()
    .describe('A tag for each ticket that `tickets` moves, so that a view can show them. None by default.'),
}

/** What `users.remove.tickets` asks for. */
export function ticketsWay(text: string): TicketsWay {
  const email = /^user:\s*(.+)$/.exec(text)?.[1]
  return email === undefined ? { to: text as 'leave' | 'group' | 'hold' } : { to: 'user', email }
}
