import { readServices } from '@provisioner/shared/ledger/services.ts'
import { CommandLineError } from '../command-line-error.ts'
import type { CliSession } from '../session.ts'

/** Thrown where a ledger can't be replaced, since somebody works with it. */
export class LedgerInUseError extends CommandLineError {
  override name = 'LedgerInUseError' as const
  override readonly code = 'LEDGER_IN_USE' as const

  constructor(account: string, who: readonly string[]) {
    super(`${who.join(', ')} works for account '${account}': stop all producers and workers first`)
  }
}

/** Producers and workers of an account that are alive, in words. */
export async function working(session: CliSession, account: string): Promise<string[]> {
  const alive = (await readServices(session.redis, account)).filter(({ isAlive }) => isAlive)
  return alive.map(({ role, name }) => `${role} ${name}`)
}

/** @throws LedgerInUseError while producers or workers of the account are alive */
export async function assertIdle(session: CliSession, account: string): Promise<void> {
  const alive = await working(session, account)
  if (alive.length > 0) throw new LedgerInUseError(account, alive)
}
