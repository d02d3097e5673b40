import { resultOf } from '../jobs/item-results.ts'
import { forbidden, invalidAttribute, notFound, Refusal } from '../refusal.ts'
import type { UserRecord } from '../records.ts'
import { createOrUpdateUser } from '../users/create-or-update.ts'
import { activeUser } from '../users/find-users.ts'
import { readUserBody, type UserBody } from '../users/user-body.ts'
import { createUser, deleteUser, updateUser } from '../users/write-user.ts'
import { startJob } from './job-routes.ts'
import { readList } from './pages.ts'
import type { Answer, Call, Route } from './route.ts'

const area = 'users'

export const bulkUserRoutes: readonly Route[] = [
  { method: 'POST', path: '/users/create_many', area, run: createMany },
  { method: 'POST', path: '/users/create_or_update_many', area, run: createOrUpdateMany },
  { method: 'PUT', path: '/users/update_many', area, run: updateMany },
  { method: 'DELETE', path: '/users/destroy_many', area, run: destroyMany },
]

/** Forbidden until Zendesk Support has switched on bulk user import. */
function createMany(call: Call): Answer {
  const { account } = call
  if (!account.settings.bulkImport) throw forbidden()
  const items = readUsers(call, 'create_many').map((body) =>
    resultOf(account, 'UserCreateError', () => ({
      ...keysOf(body),
      id: createUser(account, body).id,
      status: 'Created',
    })),
  )
  return startJob(call, 'UserBulkCreateJob', 'Creating User', items)
}

/** Forbidden until Zendesk Support has switched on bulk user import. */
function createOrUpdateMany(call: Call): Answer {
  const { account } = call
  if (!account.settings.bulkImport) throw forbidden()
  const items = readUsers(call, 'create_or_update_many').map((body) =>
    resultOf(account, 'UserUpdateError', () => {
      const { user, made } = createOrUpdateUser(account, body)
      return { id: user.id, status: made ? 'Created' : 'Updated', ...keysOf(body) }
    }),
  )
  return startJob(call, 'UserBatchUpdateJob', 'Updating user', items)
}

/** Either one change for many ids, or a list of users with their own ids. */
function updateMany(call: Call): Answer {
  const { account } = call
  const items = updatesOf(call).map(({ find, body }) =>
    resultOf(account, 'UserUpdateError', () => ({
      id: updateUser(account, find(), body).id,
      action: 'update',
      status: 'Updated',
      success: true,
    })),
  )
  return startJob(call, 'UserBulkUpdateJobV2', 'Updating user', items)
}

function destroyMany(call: Call): Answer {
  const { account } = call
  const items = targetsOf(call).map((find) =>
    resultOf(account, 'UserDestroyError', () => ({
      action: 'delete',
      id: deleteUser(account, find()).id,
      status: 'Deleted',
      success: true,
    })),
  )
  return startJob(call, 'UserBulkDeleteJob', 'Deleting user', items)
}

type Find = () => UserRecord

function updatesOf(call: Call): { readonly find: Find; readonly body: UserBody }[] {
  if (call.body['users'] === undefined) {
    const body = readUserBody(call.body['user'], 'user', 'update_many')
    return targetsOf(call).map((find) => ({ find, body }))
  }
  return readUsers(call, 'update_many').map(({ id, ...body }, at) => {
    const { external_id: externalId } = body
    if (id === undefined && externalId === undefined) throw mustBeInteger(`users.${at}.id`, 'update_many')
    return {
      find: () => (id === undefined ? byExternalId(call, String(externalId)) : activeUser(call.account, Number(id))),
      body,
    }
  })
}

function targetsOf(call: Call): Find[] {
  const { ids, external_ids: externalIds } = call.query
  if (ids !== undefined) return readList(ids).map((id) => () => activeUser(call.account, Number(id)))
  if (externalIds !== undefined) return readList(externalIds).map((id) => () => byExternalId(call, id))
  throw invalidAttribute('You must pass either ids or external_ids')
}

function byExternalId({ account }: Call, externalId: string): UserRecord {
  const user = account.externalIds.get(externalId.toLowerCase())
  if (!user) throw notFound()
  return user
}

/** One item that is no user refuses all of them. */
function readUsers(call: Call, action: string): UserBody[] {
  const { users } = call.body
  if (!Array.isArray(users) || users.length === 0)
    throw invalidAttribute(
      `You passed an invalid value for the users attribute. Invalid parameter: users must be a non-empty array from api/v2/users/${action}`,
    )
  if (users.length > 100)
    throw new Refusal(400, { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' })
  return users.map((user, at) => readUserBody(user, `users.${at}`, action))
}

function mustBeInteger(name: string, action: string): Refusal {
  return invalidAttribute(
    `You passed an invalid value for the id attribute. Invalid parameter: ${name} must be an integer from api/v2/users/${action}`,
  )
}

function keysOf({ email, external_id: externalId }: UserBody): object {
  return { ...(email !== undefined && { email }), ...(externalId !== undefined && { external_id: externalId }) }
}
