import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { apiTokenEnd } from '@provisioner/zendesk/api-token-end.ts'
import type { AccountProblems } from './account-problems.ts'

/**
 * An account that is signed in to with an API token is a problem, told once, and over when a worker starts with an
 * OAuth client: credentials change with a restart only.
 */
export async function tellApiTokenEnd({
  account,
  auth,
  problems,
  log,
}: {
  account: string
  auth: AccountConfig['auth']
  problems: AccountProblems
  log: Logger
}): Promise<void> {
  const problem = apiTokenEnd(account)
  const told: Promise<unknown> = auth.apiToken === undefined ? problems.solve(problem) : problems.report(problem)
  await told.catch((error: unknown) => log.warn({ err: error }, 'Problem not stored'))
}
