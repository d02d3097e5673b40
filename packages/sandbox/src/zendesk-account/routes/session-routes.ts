import { endSessionsOf } from '../users/sessions.ts'
import { notFound } from '../refusal.ts'
import { activeUser } from '../users/find-users.ts'
import { readList } from './pages.ts'
import { idOf, type Answer, type Call, type Route } from './route.ts'

const area = 'users'
const path = '/users/:id/sessions'

export const sessionRoutes: readonly Route[] = [
  { method: 'POST', path: '/users/logout_many', area, run: logoutMany },
  { method: 'GET', path, area, run: list },
  { method: 'DELETE', path, area, run: endAll },
  { method: 'DELETE', path: `${path}/:session`, area, run: end },
]

function logoutMany(call: Call): Answer {
  for (const id of readList(call.query['ids'] ?? '')) endSessionsOf(call.account, Number(id))
  return { status: 202, body: '""', headers: { 'content-type': 'application/json' } } // as the official file has it
}

function list(call: Call): Answer {
  const { account } = call
  const { id: user } = activeUser(account, idOf(call))
  const sessions = account.sessions.by('user', user)
  return { status: 200, body: { sessions, next_page: null, previous_page: null, count: sessions.length } }
}

function endAll(call: Call): Answer {
  endSessionsOf(call.account, activeUser(call.account, idOf(call)).id)
  return { status: 204 }
}

function end(call: Call): Answer {
  const session = call.account.sessions.get(idOf(call, 'session'))
  if (session?.user_id !== idOf(call)) throw notFound()
  call.account.sessions.remove(session)
  return { status: 204 }
}
