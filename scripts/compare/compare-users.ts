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
    const inZendesk = found.get(wanted)
    if (!inZendesk && wanted.disabled) continue
    all++
    const faults = inZendesk ? faultsOf(wanted, inZendesk, account, phonesBefore) : ['not in Zendesk']
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
  inZendesk: AccountUser,
  { organizations, customRoles }: AccountNow,
  phonesBefore: ReadonlyMap<string, string>,
): string[] {
  if (wanted.disabled) return inZendesk.suspended ? [] : ['disabled and not suspended']
  const organization = organizations.find((one) => one.name.toLowerCase() === wanted.organization?.toLowerCase())
  const lead = customRoles.find((one) => one.name === 'Team lead')
  const leftOver = phonesBefore.get(wanted.email.toLowerCase())
  const checks: [name: string, fits: boolean, found: unknown][] = [
    ['suspended', !inZendesk.suspended, inZendesk.suspended],
    ['email', inZendesk.email?.toLowerCase() === wanted.email.toLowerCase(), inZendesk.email],
    ['external_id', inZendesk.external_id === wanted.externalId, inZendesk.external_id],
    ['name', inZendesk.name === wanted.name, inZendesk.name],
    ['alias', inZendesk.alias === wanted.alias, inZendesk.alias],
    ['role', inZendesk.role === (wanted.team ? 'agent' : 'end-user'), inZendesk.role],
    ['custom_role', !wanted.lead || inZendesk.custom_role_id === lead?.id, inZendesk.custom_role_id],
    [
      'organization',
      organization === undefined || inZendesk.organization_id === organization.id,
      inZendesk.organization_id,
    ],
    [
      'phone',
      wanted.phone === undefined
        ? inZendesk.phone === null || inZendesk.phone === leftOver
        : inZendesk.phone === wanted.phone,
      inZendesk.phone,
    ],
    ['tags', wanted.tags.every((tag) => inZendesk.tags.includes(tag)), inZendesk.tags.join(' ')],
    [
      'cost_center',
      (inZendesk.user_fields['cost_center'] ?? undefined) === wanted.costCenter,
      inZendesk.user_fields['cost_center'],
    ],
  ]
  return checks.filter(([, fits]) => !fits).map(([name, , found]) => `${name} is ${JSON.stringify(found)}`)
}
