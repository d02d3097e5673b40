import type { Logger } from '@provisioner/shared/logger.ts'
import type { OpenAccount } from '@provisioner/zendesk/open-account.ts'
import type { AccountProblems } from './account-problems.ts'

/**
 * Jobs wait without complaint while the OAuth client lacks a scope: no job is at fault. So the account itself is the
 * problem, told once, and over when every kind of request that was refused for it has been answered otherwise.
 */
export function watchScopes({
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
  const about = { subject: 'account' as const, id: `${account}.scopes` }
  const lacking = new Set<string>()
  // Another process may have told of it before this one started: the first write that is done takes it back.
  let isUnknown = true
  const tell = async (scopes: readonly string[]) => {
    const problem = {
      ...about,
      code: 'ZENDESK_SCOPE_MISSING',
      what: `The OAuth client of Zendesk account '${account}' lacks the scope ${scopes.join(', ')} (403); what needs it waits`,
      todo: 'Give the OAuth client the scope in Zendesk: the next token has it, and what waits goes out by itself',
    }
    if (await problems.report(problem))
      log.error({ account, scopes }, 'The OAuth client lacks a scope; what needs it waits')
  }
  const takeBack = () => problems.solve(about)
  return onExchange(({ method, route, status, missingScopes }) => {
    const request = `${method} ${route}`
    const isDone = status !== null && status < 400
    if (missingScopes) lacking.add(request)
    else if (!isDone || !(lacking.delete(request) || (isUnknown && method !== 'GET')) || lacking.size > 0) return
    isUnknown = false
    void (missingScopes ? tell(missingScopes) : takeBack()).catch((error: unknown) =>
      log.warn({ err: error }, 'Problem not stored'),
    )
  })
}
