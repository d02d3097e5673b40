import type { Account } from '../account.ts'
import { showLocales } from '../locales.ts'
import { forbidden, invalid, notFound } from '../refusal.ts'
import type { OrganizationRecord } from '../records.ts'
import { activeUser } from '../users/find-users.ts'
import { organizationsOf } from '../users/organizations.ts'
import { listPage, offsetPage } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

/** Organizations, custom roles, user fields, languages. */
export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/organizations', area: 'organizations', run: listOrganizations },
  { method: 'GET', path: '/organizations/search', area: 'organizations', run: searchOrganizations },
  { method: 'GET', path: '/organizations/:id', area: 'organizations', run: showOrganization },
  { method: 'POST', path: '/organizations', area: 'organizations', run: createOrganization },
  { method: 'GET', path: '/users/:id/organization_memberships', area: 'organizations', run: listMemberships },
  { method: 'GET', path: '/custom_roles', area: 'users', run: listCustomRoles },
  { method: 'GET', path: '/user_fields', area: 'users', run: listUserFields },
  { method: 'GET', path: '/locales', area: 'locales', run: listLocales },
]

function listOrganizations(call: Call): Answer {
  const items = call.account.organizations.all()
  return listPage(call, {
    items,
    key: 'organizations',
    sort: 'id',
    path: 'organizations',
    show: showIn(call.account),
  })
}

function searchOrganizations(call: Call): Answer {
  const { name, external_id: externalId } = call.query
  const items = call.account.organizations
    .all()
    .filter((one) =>
      name === undefined ? one.external_id === externalId : one.name.toLowerCase() === name.toLowerCase(),
    )
  return offsetPage(call, {
    items,
    key: 'organizations',
    path: 'organizations/search',
    show: showIn(call.account),
  })
}

function showOrganization(call: Call): Answer {
  const organization = call.account.organizations.get(idOf(call))
  if (!organization) throw notFound()
  return { status: 200, body: { organization: showIn(call.account)(organization) } }
}

/** Names are unique, whatever the case. */
function createOrganization(call: Call): Answer {
  const { account } = call
  const { name, external_id: externalId = null } = part(call, 'organization')
  if (typeof name !== 'string' || name.trim() === '') throw invalid('name', 'Name: cannot be blank', 'BlankValue')
  if (account.organizations.find((one) => one.name.toLowerCase() === name.trim().toLowerCase()))
    throw invalid('name', `Name: ${name} has already been taken`, 'DuplicateValue')
  const now = account.timestamp()
  const organization = account.organizations.add({
    id: account.nextId(),
    name: name.trim(),
    external_id: externalId === null ? null : String(externalId),
    created_at: now,
    updated_at: now,
  })
  const location = `${account.origin}/api/v2/organizations/${organization.id}.json`
  return {
    status: 201,
    body: { organization: showIn(account)(organization) },
    headers: { location },
  }
}

function listMemberships(call: Call): Answer {
  const { account } = call
  const user = activeUser(account, idOf(call))
  return listPage(call, {
    items: organizationsOf(account, user),
    key: 'organization_memberships',
    sort: 'id',
    path: `users/${user.id}/organization_memberships`,
    show: (one) => ({ ...one, url: `${account.origin}/api/v2/organization_memberships/${one.id}.json` }),
  })
}

/** Only Enterprise plans have custom roles. */
function listCustomRoles({ account }: Call): Answer {
  if (!account.settings.plan.startsWith('enterprise')) throw forbidden()
  const custom_roles = account.customRoles.all().map(({ id, name, role_type }) => ({
    id,
    name,
    role_type,
    description: '',
    team_member_count: account.users.all().filter((user) => user.custom_role_id === id).length,
    created_at: '2025-01-08T10:00:00Z',
    updated_at: '2025-01-08T10:00:00Z',
  }))
  return {
    status: 200,
    body: { custom_roles, next_page: null, previous_page: null, count: custom_roles.length },
  }
}

function listUserFields(call: Call): Answer {
  const { account } = call
  return listPage(call, {
    items: account.userFields.all(),
    key: 'user_fields',
    sort: 'id',
    path: 'user_fields',
    show: ({ id, key, title, type, target, options }) => ({
      url: `${account.origin}/api/v2/user_fields/${id}.json`,
      id,
      type,
      key,
      title,
      description: '',
      raw_title: title,
      raw_description: '',
      position: 0,
      active: true,
      system: false,
      regexp_for_validation: null,
      ...(target !== undefined && { relationship_target_type: target, relationship_filter: { all: [], any: [] } }),
      ...(options && {
        custom_field_options: options.map(({ name, value }, i) => ({ id: id * 100 + i, name, raw_name: name, value })),
      }),
      created_at: '2025-01-08T10:00:00Z',
      updated_at: '2025-01-08T10:00:00Z',
    }),
  })
}

function listLocales({ account }: Call): Answer {
  const locales = showLocales(account.origin)
  return {
    status: 200,
    body: { locales, next_page: null, previous_page: null, count: locales.length },
  }
}

function showIn(account: Account) {
  return ({ id, name, external_id, created_at, updated_at }: OrganizationRecord) => ({
    url: `${account.origin}/api/v2/organizations/${id}.json`,
    id,
    name,
    shared_tickets: false,
    shared_comments: false,
    external_id,
    created_at,
    updated_at,
    domain_names: [],
    details: null,
    notes: null,
    group_id: null,
    tags: [],
    organization_fields: {},
  })
}
