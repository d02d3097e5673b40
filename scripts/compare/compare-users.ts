import type { Expected, ExpectedUser } from './expected.ts'
import { findUsers } from './find-users.ts'
import type { AccountNow, AccountUser } from './zendesk-account.ts'

export interface Score {
  readonly good: number
  readonly all: number
  readonly differences: readonly string[]
}

/** Compares every mapped attribute of every person. @param phonesBefore addresses → numbers that nobody ever mapped */
export function compareUsers(
  { users, inScope }: Expected,
  account: AccountNow,
  phonesBefore: ReadonlyMap<string, string>,
): Score {
  const found = findUsers(users, account)
  const differences: string[] = []
  let good = 0
  let all = 0
  for (const wanted of users) {
    const held = found.get(wanted)
    if (!held && wanted.disabled) continue
    all++
    const faults = held ? faultsOf(wanted, held, account, phonesBefore) : ['not in Zendesk']
    if (faults.length === 0) good++
    else differences.push(`${wanted.email}: ${faults.join('; ')}`)
  }
  for (const user of account.users) {
    if (user.external_id === null || inScope.has(user.external_id) || user.suspended) continue
    all++
    differences.push(`${user.email}: out of scope and not suspended`)
  }
  return { good, all, differences }
}

function faultsOf(
  wanted: ExpectedUser,
  held: AccountUser,
  { organizations, customRoles }: AccountNow,
  phonesBefore: ReadonlyMap<string, string>,
): string[] {
  if (wanted.disabled) return held.suspended ? [] : ['disabled and not suspended']
  const organization = organizations.find((one) => one.name.toLowerCase() === wanted.organization?.toLowerCase())
  const lead = customRoles.find((one) => one.name === 'Team lead')
  const leftOver = phonesBefore.get(wanted.email.toLowerCase())
  const checks: [name: string, fits: boolean, found: unknown][] = [
    ['suspended', !held.suspended, held.suspended],
    ['email', held.email?.toLowerCase() === wanted.email.toLowerCase(), held.email],
    ['external_id', held.external_id === wanted.externalId, held.external_id],
    ['name', held.name === wanted.name, held.name],
    ['alias', held.alias === wanted.alias, held.alias],
    ['role', held.role === (wanted.team ? 'agent' : 'end-user'), held.role],
    ['custom_role', !wanted.lead || held.custom_role_id === lead?.id, held.custom_role_id],
    ['organization', organization === undefined || held.organization_id === organization.id, held.organization_id],
    [
      'phone',
      wanted.phone === undefined ? held.phone === null || held.phone === leftOver : held.phone === wanted.phone,
      held.phone,
    ],
    ['tags', wanted.tags.every((tag) => held.tags.includes(tag)), held.tags.join(' ')],
    [
      'cost_center',
      (held.user_fields['cost_center'] ?? undefined) === wanted.costCenter,
      held.user_fields['cost_center'],
    ],
  ]
  return checks.filter(([, fits]) => !fits).map(([name, , found]) => `${name} is ${JSON.stringify(found)}`)
}
