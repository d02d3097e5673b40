import { joinGroup, leaveGroup } from '../groups/memberships.ts'
import { resultOf } from '../jobs/item-results.ts'
import { invalidAttribute, tooManyValues } from '../refusal.ts'
import { startJob } from './job-routes.ts'
import { readList } from './pages.ts'
import type { Answer, Call, Route } from './route.ts'

const area = 'groups'

export const bulkMembershipRoutes: readonly Route[] = [
  { method: 'POST', path: '/group_memberships/create_many', area, run: createMany },
  { method: 'DELETE', path: '/group_memberships/destroy_many', area, run: destroyMany },
]

function createMany(call: Call): Answer {
  const { group_memberships: list } = call.body
  if (!Array.isArray(list) || list.length === 0)
    throw invalidAttribute(
      'You passed an invalid value for the group_memberships attribute. Invalid parameter: group_memberships must be a non-empty array from api/v2/group_memberships/create_many',
    )
  if (list.length > 100) throw tooManyValues()
  const items = list.map((body: Readonly<Record<string, unknown>>, at) =>
    resultOf(call.account, 'GroupMembershipCreateFailed', () =>
      shape(call, at, joinGroup(call.account, body).id, 'create', 'Created'),
    ),
  )
  return start(call, 'GroupMembershipBulkCreateJob', 'Creating group membership', items)
}

function destroyMany(call: Call): Answer {
  const { ids } = call.query
  if (ids === undefined) throw invalidAttribute('You must pass ids')
  const items = readList(ids).map((id, at) =>
    resultOf(call.account, 'GroupMembershipDeleteFailed', () =>
      shape(call, at, leaveGroup(call.account, Number(id)).id, 'delete', 'Deleted'),
    ),
  )
  return start(call, 'GroupMembershipBulkDeleteJob', 'Deleting group membership', items)
}

function start(
  call: Call,
  ...[type, action, items]: [Parameters<typeof startJob>[1], string, Parameters<typeof startJob>[3]]
): Answer {
  const hidden = call.account.settings.unknowns.membershipResults === 'null'
  return startJob(hidden ? { ...call, fate: { ...call.fate, hideResults: true } } : call, type, action, items)
}

/** Nobody has recorded results of memberships. */
function shape(call: Call, index: number, id: number, action: string, status: string): object {
  return call.account.settings.unknowns.membershipResults === 'index'
    ? { index, id }
    : { action, id, status, success: true }
}
