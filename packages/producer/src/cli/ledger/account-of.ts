import { accountsOf } from '@provisioner/shared/redis.ts'
import { CommandLineError } from '../command-line-error.ts'
import type { CliSession } from '../session.ts'

/** Thrown for an account that the configuration does not have, and where one has to be named. */
export class AccountUnknownError extends CommandLineError {
  override name = 'AccountUnknownError' as const
  override readonly code = 'ACCOUNT_UNKNOWN' as const
}

/** The account that a command is about: the one that was named, or the only one. @throws AccountUnknownError */
export function accountOf(session: CliSession, named: string | undefined): string {
  const accounts = accountsOf(session.connections)
  if (named !== undefined && accounts.includes(named)) return named
  if (named === undefined && accounts.length === 1) return accounts[0]!
  const why = named === undefined ? 'Name one of the accounts' : `No connection has the account '${named}'`
  throw new AccountUnknownError(`${why}: --account ${accounts.join(' | ')}`)
}
