import { Name } from '@provisioner/shared/config/scalars.ts'
import { SHARED_BY_ACCOUNT } from '@provisioner/shared/ledger/keys.ts'
import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { connectionsInRedis, countOwned } from '@provisioner/shared/ledger/transfer/connection-in-redis.ts'
import { renameConnection, renamingIn } from '@provisioner/shared/ledger/transfer/rename-connection.ts'
import { EXIT } from '../exit-codes.ts'
import type { Terminal } from '../decide.ts'
import { byOf } from '../decider.ts'
import type { CliSession } from '../session.ts'
import { accountWith, assertInRedis, assertStopped, ConnectionNotMovableError } from './in-the-way.ts'

export interface ConnectionOptions {
  readonly account?: string
  readonly json: boolean
}

/**
 * `provisioner connection rename`: gives a connection's part of Redis another id, after it has said what that is. One
 * that was broken off goes on. Returns the exit code: 1 where nobody said yes.
 *
 * @throws ConnectionNotMovableError, AccountUnknownError
 */
export async function rename(
  session: CliSession,
  { from, to }: { readonly from: string; readonly to: string },
  { account: named, json }: ConnectionOptions,
  { print, confirm }: Terminal,
): Promise<number> {
  const { redis } = session
  const account = accountWith(session, [from, to], named)
  if (!Name.safeParse(to).success || to === SHARED_BY_ACCOUNT || to === from)
    throw new ConnectionNotMovableError(`'${to}' can't be the id of a connection that is called '${from}' now`)
  await assertStopped(session, account, { id: from, inAll: true })
  const begun = await renamingIn(redis, account)
  if (begun && (begun.from !== from || begun.to !== to))
    throw new ConnectionNotMovableError(
      `Another renaming of account '${account}' was broken off: 'provisioner connection rename ${begun.from} ${begun.to}' ends it`,
    )
  if (!begun) {
    await assertInRedis(session, account, from)
    if ((await connectionsInRedis(redis, account)).includes(to))
      throw new ConnectionNotMovableError(
        `Redis has a connection '${to}' already. Where nothing of it is needed: 'provisioner connection retire ${to}' first`,
      )
    const { users, groups } = await countOwned(redis, { account, connection: from })
    if (!json)
      print(
        `Connection '${from}' of account '${account}' has ${users} users and ${groups} groups in Zendesk. All that is ` +
          `known of them, what is held and decided, and pauses become those of '${to}'; nothing is written to Zendesk.`,
      )
    if (!(await confirm(`Rename '${from}' to '${to}'?`))) {
      print(json ? JSON.stringify({ account, from, to, renamed: false }) : 'Nothing was renamed.')
      return EXIT.failed
    }
  }
  const { keys, users, groups } = await renameConnection(redis, account, { from, to })
  const what = `'${from}' is '${to}': what was done before is that of '${from}'`
  await noteEvent(redis, account, {
    ...{ type: 'ledger', connection: to, ...byOf(undefined), operation: 'rename connection', what },
  })
  if (json) print(JSON.stringify({ account, from, to, renamed: true, keys, users, groups }))
  else
    print(
      `${begun ? 'It was broken off, and is done now' : 'Done'}: '${from}' is '${to}' in Redis (${keys} keys). Name it so ` +
        'in the configuration, then start producers and workers.',
    )
  return EXIT.done
}
