import { accountKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { readHash } from '@provisioner/shared/ledger/read-stored.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import { connectionsInRedis } from '@provisioner/shared/ledger/transfer/connection-in-redis.ts'
import { CommandLineError } from '../command-line-error.ts'
import { accountOf } from '../ledger/account-of.ts'
import type { CliSession } from '../session.ts'

/** Thrown where a connection can't be renamed or retired: why, and what to do first. */
export class ConnectionNotMovableError extends CommandLineError {
  override name = 'ConnectionNotMovableError' as const
  override readonly code = 'CONNECTION_NOT_MOVABLE' as const
}

/**
 * The account in which a connection lies: the one that is named, or has one of these ids in the configuration, or the
 * only one. @throws AccountUnknownError
 */
export function accountWith(session: CliSession, ids: readonly string[], named: string | undefined): string {
  const configured = session.connections.find(({ id }) => ids.includes(id))
  return named === undefined && configured ? connectionName(configured).account : accountOf(session, named)
}

/** @throws ConnectionNotMovableError where the account's part of Redis has no such connection */
export async function assertInRedis({ redis }: CliSession, account: string, id: string): Promise<void> {
  const known = await connectionsInRedis(redis, account)
  if (!known.includes(id))
    throw new ConnectionNotMovableError(
      `Redis has no connection '${id}' of account '${account}'; it has ${known.join(', ') || 'none'}`,
    )
}

/**
 * Makes sure that nobody works who could write meanwhile: no live service that has the connection, or works for the
 * account at all, and no bulk write of the connection under way.
 *
 * @throws ConnectionNotMovableError
 */
export async function assertStopped(
  { redis }: CliSession,
  account: string,
  {
    id,
    inAll,
  }: { readonly id: string; /** Whether nobody at all may work for the account. */ readonly inAll: boolean },
): Promise<void> {
  const services = await readServices(redis, account)
  const alive = services.filter((one) => one.isAlive && (inAll || id in one.connections))
  if (alive.length > 0) {
    const who = alive.map(({ role, name }) => `${role} ${name}`).join(', ')
    const which = inAll ? `run for account '${account}'` : `with connection '${id}' run`
    throw new ConnectionNotMovableError(`Producers or workers ${which}: ${who}. Stop them first`)
  }
  const { values } = await readHash(redis, accountKeys(account).outstanding, OutstandingWrite)
  const own = [...values.values()].filter(({ connection }) => connection === id)
  if (own.length > 0)
    throw new ConnectionNotMovableError(
      `Zendesk may still be carrying out ${own.length} bulk write${own.length === 1 ? '' : 's'} of connection '${id}': ` +
        'start a worker that has it until they are settled; where none can be, the message of BULK_WRITE_LEFT_BEHIND drops them',
    )
}
