import { activeGroup } from '../groups/find-groups.ts'
import { joinGroup, leaveGroup, makeDefault, showMembership } from '../groups/memberships.ts'
import { notFound } from '../refusal.ts'
import type { MembershipRecord } from '../records.ts'
import { activeUser } from '../users/find-users.ts'
import { listPage } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

const area = 'groups'

export const membershipRoutes: readonly Route[] = [
  { method: 'GET', path: '/group_memberships', area, run: listAll },
  { method: 'GET', path: '/groups/:id/memberships', area, run: listOfGroup },
  { method: 'GET', path: '/users/:id/group_memberships', area, run: listOfUser },
  { method: 'GET', path: '/group_memberships/:id', area, run: show },
  { method: 'POST', path: '/group_memberships', area, run: create },
  { method: 'POST', path: '/users/:id/group_memberships', area, run: create },
  {
    method: 'PUT',
    path: '/users/:id/group_memberships/:membership/make_default',
    area,
    run: makeItDefault,
  },
  { method: 'DELETE', path: '/group_memberships/:id', area, run: remove },
]

function listAll(call: Call): Answer {
  return page(call, call.account.memberships.all(), 'group_memberships')
}

function listOfGroup(call: Call): Answer {
  const { id } = activeGroup(call.account, idOf(call))
  return page(call, call.account.memberships.by('group', id), `groups/${id}/memberships`)
}

function listOfUser(call: Call): Answer {
  const { id } = activeUser(call.account, idOf(call))
  return page(call, call.account.memberships.by('user', id), `users/${id}/group_memberships`)
}

function show(call: Call): Answer {
  const membership = call.account.memberships.get(idOf(call))
  if (!membership) throw notFound()
  return { status: 200, body: { group_membership: showMembership(call.account, membership) } }
}

function create(call: Call): Answer {
  const owner = call.params['id'] === undefined ? {} : { user_id: idOf(call) }
  const membership = joinGroup(call.account, { ...part(call, 'group_membership'), ...owner })
  const location = `${call.account.origin}/api/v2/group_memberships/${membership.id}.json`
  return {
    status: 201,
    body: { group_membership: showMembership(call.account, membership) },
    headers: { location },
  }
}

/** Answers all memberships of the user. */
function makeItDefault(call: Call): Answer {
  const user = activeUser(call.account, idOf(call))
  const membership = call.account.memberships.get(idOf(call, 'membership'))
  if (membership?.user_id !== user.id) throw notFound()
  makeDefault(call.account, user, membership)
  return listOfUser(call)
}

function remove(call: Call): Answer {
  leaveGroup(call.account, idOf(call))
  return { status: 204 }
}

function page(call: Call, items: readonly MembershipRecord[], path: string): Answer {
  const show = (one: MembershipRecord) => showMembership(call.account, one)
  return listPage(call, { items, key: 'group_memberships', sort: 'id', path, show })
}
