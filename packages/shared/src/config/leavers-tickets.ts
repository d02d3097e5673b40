import { textLike } from './scalars.ts'

const WAYS = 'leave, group, hold, or user: and the address of a team member, such as user:queue@acme.com'

/** What becomes of open tickets; `user` names a team member's address. */
export type TicketsWay = { readonly to: 'leave' | 'group' | 'hold' } | { readonly to: 'user'; readonly email: string }

/** Keys of `users.remove` that say what becomes of the open tickets of a team member who leaves, or leaves a group. */
export const LeaversTickets = {
  tickets: textLike(/^(leave|group|hold|user:\s*[^\s@]+@[^\s@]+)$/, WAYS)
    .default('leave')
    .describe(
      'Who gets the open tickets (new, open, pending, on hold) of a team member who is suspended, deleted or made an ' +
        'end user; of one who leaves a group, those of that group. `leave`: Zendesk decides. A suspended user keeps ' +
        'their tickets; those of a deleted or downgraded user go to the API’s own user, or to the oldest agent of the ' +
        'group. `group`: the tickets stay in their group, without an assignee. `user:ADDRESS`: the tickets go to that ' +
        'team member, if they are in the ticket’s group; the others stay in their group. `hold`: a user who has open ' +
        'tickets stays on the team until an admin approves the removal; then Zendesk decides. A removal waits 15 s for ' +
        'its tickets, and 0.4 s more for each further user of the batch; then it goes on without them ' +
        '(`TICKETS_NOT_MOVED`). All ways but `leave` need the OAuth scopes tickets:read and tickets:write; a user with ' +
        'more than 100 tickets needs the search as well, which `read` allows.',
    ),
  ticketTag: textLike(/^[^\s,]+$/, 'one tag: letters without spaces or commas')
    .optional()
    .describe('A tag for each ticket that is moved, so that a view can show them. Default: none.'),
}

/** What `users.remove.tickets` asks for. */
export function ticketsWay(text: string): TicketsWay {
  const email = /^user:\s*(.+)$/.exec(text)?.[1]
  return email === undefined ? { to: text as 'leave' | 'group' | 'hold' } : { to: 'user', email }
}
