import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { countOwned } from '@provisioner/shared/ledger/transfer/connection-in-redis.ts'
import { letGoOf, offerAll } from '@provisioner/shared/ledger/transfer/retire-connection.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { EXIT } from '../exit-codes.ts'
import type { Terminal } from '../decide.ts'
import { byOf } from '../decider.ts'
import type { CliSession } from '../session.ts'
import { accountWith, assertInRedis, assertStopped, ConnectionNotMovableError } from './in-the-way.ts'
import type { ConnectionOptions } from './rename.ts'

/** What is shown before somebody says yes, and with --json. */
interface RetirePlan {
  readonly account: string
  readonly connection: string
  readonly handOver: boolean
  /** Objects of Zendesk that its entries own. */
  readonly users: number
  readonly groups: number
  /** Changes that wait, and that are held: they are done no more. */
  readonly waiting: number
  readonly held: number
  /** The account's other connections, which may take its people over. */
  readonly others: readonly string[]
}

/**
 * `provisioner connection retire`: lets go of a connection that the configuration has no more, or has the others take
 * its people over first. Zendesk is written nothing. Returns the exit code: 1 where nobody said yes.
 *
 * @throws ConnectionNotMovableError, AccountUnknownError
 */
export async function retire(
  session: CliSession,
  id: string,
  { account: named, json, handOver }: ConnectionOptions & { readonly handOver: boolean },
  { print, confirm }: Terminal,
): Promise<number> {
  const { redis, connections } = session
  if (connections.some((one) => one.id === id))
    throw new ConnectionNotMovableError(
      `The configuration has connection '${id}': its next cycle would find all of its people again. Take it out first`,
    )
  const account = accountWith(session, [], named)
  await assertInRedis(session, account, id)
  await assertStopped(session, account, { id, inAll: false })
  const name = { account, connection: id }
  const reader = new LedgerReader(redis, name)
  const others = connections.filter((one) => one.account === account)
  const [owned, waiting, held] = await Promise.all([countOwned(redis, name), reader.pending(), reader.held()])
  const ids = others.map((one) => one.id)
  const counts = { ...owned, waiting: waiting.length, held: held.length }
  const plan: RetirePlan = { account, connection: id, handOver, ...counts, others: ids }
  if (!json) print(describe(plan))
  if (!(await confirm(handOver ? `Offer the people of '${id}' to the others?` : `Let go of '${id}'?`))) {
    print(json ? JSON.stringify({ ...plan, done: false }) : 'Nothing was done.')
    return EXIT.failed
  }
  const note = (operation: 'offer connection' | 'retire connection', what: string) =>
    noteEvent(redis, account, { type: 'ledger', connection: id, ...byOf(undefined), operation, what })
  if (handOver) {
    await offerAll(redis, name)
    await note('offer connection', `to ${ids.join(', ') || 'nobody yet'}`)
    for (const one of others) await session.startCycle(one, CYCLE_JOBS.full)
    if (json) print(JSON.stringify({ ...plan, done: true }))
    else
      print(
        `Offered. Full cycles of ${ids.join(', ')} are asked for. See what is left by 'provisioner connection retire ${id}', ` +
          'which lets go of it.',
      )
    return EXIT.done
  }
  const { keys } = await letGoOf(redis, name)
  await note('retire connection', `${owned.users} users and ${owned.groups} groups stay in Zendesk as they are`)
  if (json) print(JSON.stringify({ ...plan, done: true, keys }))
  else print(`Connection '${id}' is let go of: ${keys} keys are removed. Nothing was written to Zendesk.`)
  return EXIT.done
}

function describe({ account, connection, handOver, users, groups, waiting, held, others }: RetirePlan): string {
  return [
    `Connection '${connection}' of account '${account}', which the configuration has no more:`,
    `  ${users} users and ${groups} groups in Zendesk are its own; all stay there as they are, with the access they have.`,
    ...(waiting + held > 0
      ? [`  ${waiting} changes wait and ${held} are held: they are not carried out any more.`]
      : []),
    handOver
      ? `  The next cycles of ${others.join(', ') || 'other connections'} take over whom they have an entry for.`
      : '  They are nobody’s then: a connection that finds one by external id, address or name links it as its own.',
  ].join('\n')
}
