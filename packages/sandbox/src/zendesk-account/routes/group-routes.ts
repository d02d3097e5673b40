import { activeGroup } from '../groups/find-groups.ts'
import { createGroup, deleteGroup, showGroup, updateGroup } from '../groups/groups.ts'
import { notFound } from '../refusal.ts'
import { compareNames, listPage } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

const area = 'groups'

export const groupRoutes: readonly Route[] = [
  { method: 'GET', path: '/groups', area, run: list },
  { method: 'GET', path: '/groups/count', area, run: count },
  { method: 'GET', path: '/groups/:id', area, run: show },
  { method: 'POST', path: '/groups', area, run: create },
  { method: 'PUT', path: '/groups/:id', area, run: update },
  { method: 'DELETE', path: '/groups/:id', area, run: remove },
]

/** By name, then id. */
function list(call: Call): Answer {
  const items = existing(call).sort(compareNames)
  return listPage(call, {
    items,
    key: 'groups',
    sort: 'name,id',
    path: 'groups',
    show: (one) => showGroup(call.account, one),
  })
}

function count(call: Call): Answer {
  return {
    status: 200,
    body: { count: { value: existing(call).length, refreshed_at: call.account.timestamp() } },
  }
}

/** A deleted group is found as well, with `deleted: true`. */
function show(call: Call): Answer {
  const group = call.account.groups.get(idOf(call))
  if (!group) throw notFound()
  return { status: 200, body: { group: showGroup(call.account, group) } }
}

function create(call: Call): Answer {
  const group = createGroup(call.account, part(call, 'group'))
  const location = `${call.account.origin}/api/v2/groups/${group.id}.json`
  return { status: 201, body: { group: showGroup(call.account, group) }, headers: { location } }
}

/** The answer has a location, as that of a creation has. */
function update(call: Call): Answer {
  const group = updateGroup(call.account, activeGroup(call.account, idOf(call)), part(call, 'group'))
  const location = `${call.account.origin}/api/v2/groups/${group.id}.json`
  return { status: 200, body: { group: showGroup(call.account, group) }, headers: { location } }
}

function remove(call: Call): Answer {
  deleteGroup(call.account, activeGroup(call.account, idOf(call)))
  return { status: 204 }
}

function existing({ account }: Call) {
  return account.groups.all().filter((group) => !group.deleted)
}
