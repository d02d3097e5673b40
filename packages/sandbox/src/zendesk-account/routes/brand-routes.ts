import { notFound } from '../refusal.ts'
import type { BrandAgentRecord, BrandRecord } from '../records.ts'
import { activeUser } from '../users/find-users.ts'
import { listPage } from './pages.ts'
import { idOf, part, type Answer, type Call, type Route } from './route.ts'

/** Brands, who is in which, and the account's settings as far as they are about them: reached by broad scopes only. */
export const brandRoutes: readonly Route[] = [
  { method: 'GET', path: '/brands', area: 'brands', run: listBrands },
  { method: 'PUT', path: '/brands/:id', area: 'brands', run: renameBrand },
  { method: 'GET', path: '/brand_agents', area: 'brands', run: listBrandAgents },
  { method: 'GET', path: '/users/:id/brand_agents', area: 'users', run: listBrandsOfUser },
  { method: 'GET', path: '/account/settings', area: 'account', run: showSettings },
]

function listBrands(call: Call): Answer {
  const items = [...call.account.brands.all()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return listPage(call, { items, key: 'brands', sort: 'name,id', path: 'brands', show: showIn(call) })
}

function renameBrand(call: Call): Answer {
  const { account } = call
  const brand = account.brands.get(idOf(call))
  if (!brand) throw notFound()
  brand.name = String(part(call, 'brand')['name'] ?? brand.name)
  brand.updated_at = account.timestamp()
  return { status: 200, body: { brand: showIn(call)(brand) } }
}

/** The whole account's: Zendesk's reference of brand agents has the path, its OpenAPI file those of a user alone. */
function listBrandAgents(call: Call): Answer {
  return agentsPage(call, call.account.brandAgents.all(), 'brand_agents')
}

function listBrandsOfUser(call: Call): Answer {
  const user = activeUser(call.account, idOf(call))
  return agentsPage(call, call.account.brandAgents.by('user', user.id), `users/${user.id}/brand_agents`)
}

function agentsPage(call: Call, items: Iterable<BrandAgentRecord>, path: string): Answer {
  const { origin } = call.account
  const show = (one: BrandAgentRecord) => ({
    ...one,
    id: String(one.id),
    url: `${origin}/api/v2/brand_agents/${one.id}.json`,
  })
  return listPage(call, { items: [...items], key: 'brand_agents', sort: 'id', path, show })
}

/** Of the values of the two behaviours the official file names `all_brands` and `previous_brands` only. */
function showSettings({ account }: Call): Answer {
  const behaviour = account.settings.departmentSpaces ? 'no_brands' : 'all_brands'
  const brands = {
    default_brand_id: account.brands.find((one) => one.default)?.id ?? null,
    end_user_across_brand_requests: false,
    end_user_upgrade_brand_association_behavior: behaviour,
    new_agent_brand_association_behavior: behaviour,
    require_brand_on_new_tickets: false,
  }
  const user = { multiple_organizations: account.settings.severalOrganizations }
  return { status: 200, body: { settings: { brands, user } } }
}

function showIn({ account }: Call) {
  return (brand: BrandRecord) => ({
    ...brand,
    url: `${account.origin}/api/v2/brands/${brand.id}.json`,
    brand_url: `https://${brand.subdomain}.zendesk.com`,
    has_help_center: false,
    help_center_state: 'disabled',
    is_deleted: false,
    signature_template: '{{agent.signature}}',
    ticket_form_ids: [],
  })
}
