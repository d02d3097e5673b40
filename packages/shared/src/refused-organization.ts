import { fingerprint } from './desired.ts'
import type { Problem } from './problem.ts'

/**
 * What is known of the problem before it is worded. The worker reports it; the cycle takes it back once no user asks
 * for the organization any more. The name may be masked, and so is no part of the id.
 */
export function refusedOrganization(account: string, name: string): Omit<Problem, 'what' | 'todo'> {
  return {
    code: 'ORGANIZATION_REFUSED',
    subject: 'account',
    id: `${account}.organization.${fingerprint(name.trim().toLowerCase())}`,
    attribute: 'organization',
  }
}
