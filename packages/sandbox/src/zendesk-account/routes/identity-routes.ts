import { invalid, notFound } from '../refusal.ts'
import type { IdentityRecord } from '../records.ts'
import { activeUser, identitiesOf } from '../users/find-users.ts'
import { addIdentity, checkEmail, checkUnused, makePrimary, removeIdentity } from '../users/identities.ts'
import { indexUser } from '../users/index-user.ts'
import { mailAddress, send } from '../users/mails.ts'
import { showIdentity } from '../users/show-user.ts'
import { listPage, offsetPage } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

const area = 'identities'
const path = '/users/:id/identities'

export const identityRoutes: readonly Route[] = [
  { method: 'GET', path, area, run: list },
  { method: 'POST', path, area, run: create },
  { method: 'PUT', path: `${path}/:identity/make_primary`, area, run: primary },
  { method: 'PUT', path: `${path}/:identity/verify`, area, run: verify },
  { method: 'PUT', path: `${path}/:identity/request_verification`, area, run: requestVerification },
  { method: 'PUT', path: `${path}/:identity`, area, run: update },
  { method: 'DELETE', path: `${path}/:identity`, area, run: remove },
]

function list(call: Call): Answer {
  const user = activeUser(call.account, idOf(call))
  const show = (identity: IdentityRecord) => showIdentity(call.account, identity)
  const options = { key: 'identities', path: `users/${user.id}/identities`, show }
  return call.query['page[size]'] === undefined
    ? offsetPage(call, { ...options, items: identitiesOf(call.account, user.id) })
    : listPage(call, {
        ...options,
        items: call.account.identities.by('user', user.id),
        sort: 'id',
      })
}

function create(call: Call): Answer {
  const { account } = call
  const user = activeUser(account, idOf(call))
  const said = part(call, 'identity')
  const { type = 'email', value, verified, primary: asPrimary } = said
  if (typeof value !== 'string' || value === '') throw invalid('value', 'Value: cannot be blank', 'BlankValue')
  if (type === 'email') checkEmail(account, value, 'value')
  checkUnused(account, value, 'value')
  const identity = addIdentity(account, user, {
    type: String(type),
    value,
    verified: verified === true,
  })
  indexUser(account, user)
  if (asPrimary === true) makePrimary(account, user, identity)
  if (type === 'email') mailAddress(account, user, 'verify', value, said)
  const shown = showIdentity(account, identity)
  return { status: 201, body: { identity: shown }, headers: { location: String(shown['url']) } }
}

/** Answers all identities of the user, the primary one first. */
function primary(call: Call): Answer {
  const { account } = call
  const user = activeUser(account, idOf(call))
  makePrimary(account, user, find(call))
  const identities = identitiesOf(account, user.id).map((one) => showIdentity(account, one))
  return {
    status: 200,
    body: { identities, next_page: null, previous_page: null, count: identities.length },
  }
}

function verify(call: Call): Answer {
  const identity = find(call)
  identity.verified = true
  return { status: 200, body: { identity: showIdentity(call.account, identity) } }
}

/** "Sends the user a verification email": the one call whose purpose is a mail. */
function requestVerification(call: Call): Answer {
  send(call.account, 'verify', find(call).value)
  return { status: 200, body: '' }
}

function update(call: Call): Answer {
  const identity = find(call)
  if (part(call, 'identity')['verified'] !== undefined) identity.verified = part(call, 'identity')['verified'] === true
  return { status: 200, body: { identity: showIdentity(call.account, identity) } }
}

function remove(call: Call): Answer {
  removeIdentity(call.account, activeUser(call.account, idOf(call)), find(call))
  return { status: 204 }
}

function find(call: Call): IdentityRecord {
  const identity = call.account.identities.get(idOf(call, 'identity'))
  if (!identity || identity.user_id !== idOf(call)) throw notFound()
  return identity
}
