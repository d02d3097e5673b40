import type { Account } from '../account.ts'
import { invalid, refuseUnfit } from '../refusal.ts'
import type { Role, UserRecord } from '../records.ts'
import type { UserBody } from './user-body.ts'

/**
 * The brands that a request puts a user into; undefined where it says nothing of them. Zendesk takes `agent_brand_ids`
 * and never shows it (official OpenAPI file, `UserObject`): what there is, is told by `brand_agents`.
 *
 *   role     | becomes
 *   ---------|-----------------------------------------------------------
 *   end-user | none: refused or ignored, a switch
 *   agent    | these brands
 *   admin    | all brands, whatever is asked for (article 7584022494874)
 */
export function readBrands(account: Account, body: UserBody, role: Role): readonly number[] | undefined {
  const { agent_brand_ids: asked } = body
  if (!Array.isArray(asked)) return undefined
  if (role === 'end-user') {
    if (account.settings.unknowns.brandsOfEndUsers === 'ignored' || asked.length === 0) return undefined
    throw invalid('agent_brand_ids', 'Brands: only agents can be in a brand', 'InvalidValue')
  }
  const ids = asked.map(Number)
  const known = ids.filter((id) => account.brands.get(id))
  if (known.length < ids.length) refuseUnfit(account, 'agent_brand_ids', 'Brands: is invalid')
  return known
}

/**
 * Puts a team member into the brands that were asked for. Who has just joined the team without any is in all of them,
 * or, with department spaces, in none.
 */
export function assignBrands(
  account: Account,
  user: UserRecord,
  { asked, joined }: { readonly asked: readonly number[] | undefined; readonly joined: boolean },
): void {
  if (user.role === 'end-user') return leaveBrands(account, user)
  const all = account.brands.all().map(({ id }) => id)
  const before = account.brandAgents.by('user', user.id)
  const ofNew = joined && !account.settings.departmentSpaces ? all : undefined
  const wanted = user.role === 'admin' ? all : (asked ?? ofNew)
  if (wanted === undefined) return
  if (account.settings.unknowns.agentBrandIds === 'replaced' || ofNew !== undefined)
    for (const one of before) if (!wanted.includes(one.brand_id)) account.brandAgents.remove(one)
  const now = account.timestamp()
  const there = new Set(before.map((one) => one.brand_id))
  for (const id of new Set(wanted))
    if (!there.has(id))
      account.brandAgents.add({
        id: account.nextBrandAgentId(),
        user_id: user.id,
        brand_id: id,
        created_at: now,
        updated_at: now,
      })
}

/** Who is no team member any more is in no brand, and has to be added again later (article 7584022494874). */
export function leaveBrands(account: Account, user: UserRecord): void {
  for (const one of account.brandAgents.by('user', user.id)) account.brandAgents.remove(one)
}
