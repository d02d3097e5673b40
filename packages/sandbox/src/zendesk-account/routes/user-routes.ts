import { invalid, invalidAttribute, notFound } from '../refusal.ts'
import { indexedBefore } from '../search-index.ts'
import type { UserRecord } from '../records.ts'
import { activeUser } from '../users/find-users.ts'
import { addIdentity } from '../users/identities.ts'
import { indexUser } from '../users/index-user.ts'
import { showUser } from '../users/show-user.ts'
import { readUserBody } from '../users/user-body.ts'
import { createUser, deleteUser, updateUser } from '../users/write-user.ts'
import { createOrUpdateUser } from '../users/create-or-update.ts'
import { listPage, offsetPage, readList } from './pages.ts'
import { idOf, type Answer, type Call, type Route } from './route.ts'

const area = 'users'

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/users', area, run: listUsers },
  { method: 'GET', path: '/users/count', area, run: countUsers },
  { method: 'GET', path: '/users/show_many', area, run: showMany },
  { method: 'GET', path: '/users/search', area, run: searchUsers },
  { method: 'GET', path: '/users/:id', area, run: showOne },
  { method: 'POST', path: '/users', area, run: create },
  { method: 'POST', path: '/users/create_or_update', area, run: createOrUpdate },
  { method: 'PUT', path: '/users/:id', area, run: update },
  { method: 'PUT', path: '/users/:id/merge', area, run: merge },
  { method: 'DELETE', path: '/users/:id', area, run: remove },
]

function listUsers(call: Call): Answer {
  const { role } = call.query
  const items = call.account.users.all().filter((user) => user.active && (role === undefined || user.role === role))
  return listPage(call, {
    items,
    key: 'users',
    sort: 'id',
    path: 'users',
    show: (user) => showUser(call.account, user),
  })
}

function countUsers({ account }: Call): Answer {
  const value = account.users.all().filter((user) => user.active).length
  return { status: 200, body: { count: { value, refreshed_at: account.timestamp() } } }
}

/** Sorted by id, whatever the order asked for. */
function showMany({ account, query }: Call): Answer {
  const { ids, external_ids: externalIds } = query
  if (ids === undefined && externalIds === undefined) throw invalidAttribute('You must pass either ids or external_ids')
  const found = new Set<UserRecord>()
  for (const id of readList(ids ?? '')) found.add(account.users.get(Number(id))!)
  if (ids === undefined)
    for (const id of readList(externalIds ?? '')) found.add(account.externalIds.get(id.toLowerCase())!)
  const users = [...found].filter((user) => user?.active).sort((one, other) => one.id - other.id)
  const shown = users.map((user) => showUser(account, user))
  return {
    status: 200,
    body: { users: shown, next_page: null, previous_page: null, count: shown.length },
  }
}

/** `external_id=x`, `query=email:"x"`, or words; as the index knows the users, which is later than they are written. */
function searchUsers(call: Call): Answer {
  const { account, query } = call
  const { external_id: externalId, query: words = '' } = query
  const email = /^\s*(?:type:user\s+)?email:"?([^"]*?)"?\s*$/i.exec(words)?.[1]?.toLowerCase()
  const now = Date.now()
  const items = account.users.all().filter((user) => {
    const indexed = user.active ? indexedBefore(user.indexed, now, account.settings.searchLagMs) : undefined
    if (!indexed) return false
    if (externalId !== undefined) return indexed.externalId?.toLowerCase() === externalId.toLowerCase()
    if (email !== undefined) return indexed.emails.includes(email)
    return words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => indexed.words.includes(word.replace(/[*"]/g, '')))
  })
  return offsetPage(call, {
    items,
    key: 'users',
    path: 'users/search',
    show: (user) => showUser(account, user),
  })
}

/** A deleted user is found as well. */
function showOne(call: Call): Answer {
  const user = call.account.users.get(idOf(call))
  if (!user) throw notFound()
  return { status: 200, body: { user: showUser(call.account, user) } }
}

function create({ account, body }: Call): Answer {
  return created(account, createUser(account, readUserBody(body['user'], 'user', 'create')))
}

function createOrUpdate({ account, body }: Call): Answer {
  const { user, made } = createOrUpdateUser(account, readUserBody(body['user'], 'user', 'create_or_update'))
  return made ? created(account, user) : { status: 200, body: { user: showUser(account, user) } }
}

function update(call: Call): Answer {
  const user = activeUser(call.account, idOf(call))
  updateUser(call.account, user, readUserBody(call.body['user'], 'user', 'update'))
  return { status: 200, body: { user: showUser(call.account, user) } }
}

/** The user goes, and another one, whom the body names, has the addresses from then on. End users only. */
function merge(call: Call): Answer {
  const { account } = call
  const loser = activeUser(account, idOf(call))
  const winner = activeUser(account, Number((call.body['user'] as { id?: unknown } | undefined)?.id))
  if (loser.role !== 'end-user' || winner.id === loser.id) throw invalid('base', 'This user cannot be merged')
  const addresses = account.identities.by('user', loser.id).filter((one) => one.type === 'email')
  deleteUser(account, loser)
  for (const { type, value, verified } of addresses) addIdentity(account, winner, { type, value, verified })
  indexUser(account, winner)
  return { status: 200, body: { user: showUser(account, winner) } }
}

/** Zendesk answers 200, and the user as it is afterwards. */
function remove(call: Call): Answer {
  const user = deleteUser(call.account, activeUser(call.account, idOf(call)))
  return { status: 200, body: { user: showUser(call.account, user) } }
}

function created(account: Call['account'], user: UserRecord): Answer {
  const shown = showUser(account, user)
  return { status: 201, body: { user: shown }, headers: { location: String(shown['url']) } }
}
