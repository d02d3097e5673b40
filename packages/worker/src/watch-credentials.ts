import type { Logger } from '@provisioner/shared/logger.ts'
import type { OpenAccount } from '@provisioner/zendesk/open-account.ts'
import type { AccountProblems } from './account-problems.ts'

/**
 * Jobs wait without complaint while Zendesk refuses the credentials: no job is at fault. So the account itself is the
 * problem, told once, and over with the first answer that is no 401.
 */
export function watchCredentials({
  account,
  problems,
  onExchange,
  log,
}: {
  account: string
  problems: AccountProblems
  onExchange: OpenAccount['onExchange']
  log: Logger
}): Disposable {
  // Unknown at first: another process may have told of it before this one started.
  let refused: boolean | undefined
  const about = { subject: 'account' as const, id: `${account}.credentials` }
  const problem = {
    ...about,
    code: 'ZENDESK_UNAUTHENTICATED',
    what: `Zendesk account '${account}' refuses the credentials (401); every change waits`,
    todo: 'Correct clientId and clientSecret, or email and apiToken, under accounts, and restart the workers',
  }
  const tell = async () => {
    if (await problems.report(problem)) log.error({ account }, 'Zendesk refuses the credentials; every change waits')
  }
  const takeBack = () => problems.solve(about)
  return onExchange(({ status }) => {
    if (status === null || (status === 401) === refused) return
    refused = status === 401
    void (refused ? tell() : takeBack()).catch((error: unknown) => log.warn({ err: error }, 'Problem not stored'))
  })
}
