import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { emptyLedger } from '@provisioner/shared/ledger/transfer/empty-ledger.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { unfitLayout } from '@provisioner/shared/ledger/layout.ts'
import { connectionsInRedis } from '@provisioner/shared/ledger/transfer/connection-in-redis.ts'
import { letGoOf } from '@provisioner/shared/ledger/transfer/retire-connection.ts'
import { byOf } from '../decider.ts'
import type { CliSession } from '../session.ts'
import { UnknownConnectionError } from '../unknown-connection-error.ts'
import { accountOf } from './account-of.ts'
import { exportTo, type LedgerTerminal } from './export.ts'
import { assertIdle } from './idle.ts'

/** What `provisioner ledger rebuild` is about, and where it keeps what was there. */
export interface RebuildOptions {
  readonly account?: string
  /** A connection of the account; undefined for all. */
  readonly connection?: string
  /** A file of `ledger export`; true for one of its own name, false for none. */
  readonly keep: string | boolean
  /** One JSON line in place of words. */
  readonly json: boolean
}

/**
 * `provisioner ledger rebuild`: forgets the ledger, of which it keeps an export, so that the next cycle finds
 * everything again in Zendesk, and asks for a full one. False where nobody said yes.
 *
 * @throws LedgerInUseError, LedgerFileError where the export can't be kept, UnknownConnectionError
 */
export async function rebuild(
  session: CliSession,
  { account: named, connection, keep, json }: RebuildOptions,
  { print, progress, confirm }: LedgerTerminal & { confirm: (question: string) => Promise<boolean> },
): Promise<boolean> {
  const { redis } = session
  const account = accountOf(session, named)
  const all = session.connections.filter((one) => one.account === account)
  const chosen = all.filter(({ id }) => connection === undefined || id === connection)
  if (connection !== undefined && chosen.length === 0)
    throw new UnknownConnectionError(
      connection,
      all.map(({ id }) => id),
    )
  await assertIdle(session, account)
  const say = (text: string) => json || print(text)
  const what = connection === undefined ? `account '${account}'` : `connection '${connection}'`
  say(
    `Forgotten are the jobs, what is held and decided, what was undone, and what the guard counted; pauses stay. The ` +
      'next cycle finds users and groups again in Zendesk, by external id, email and name, and its plan waits for ' +
      'approval like a first one. An empty Redis does the same by itself.',
  )
  if (!(await confirm(`Forget the ledger of ${what}?`))) {
    say('nothing was forgotten.')
    if (json) print(JSON.stringify({ account, removed: 0 }))
    return false
  }
  const kept = keep === true ? nameOfExport(account) : keep
  if (kept !== false) await keepExport(session, account, kept, { print: say, progress })
  const show = (count: number) => progress.show(`Forgetting the ledger of ${what}: ${count} keys`)
  show(0)
  const forget = async () =>
    connection === undefined
      ? await emptyLedger(redis, account, show)
      : (await letGoOf(redis, { account, connection }, { keepsPauses: true })).keys
  const removed = await forget().finally(progress.clear)
  await noteEvent(redis, account, {
    ...{ type: 'ledger', ...byOf(undefined), operation: 'rebuild ledger', what: `${removed} keys are removed` },
    ...(connection !== undefined && { connection }),
  })
  for (const one of chosen) await session.startCycle(one, CYCLE_JOBS.full)
  if (json) print(JSON.stringify({ account, ...(connection !== undefined && { connection }), removed }))
  say(
    `${removed} keys of ${what} are removed, and a full cycle is asked for. Start producers and workers; then ` +
      `'provisioner sync${connection === undefined ? '' : ` ${connection}`}' shows how far they have come.`,
  )
  return true
}

/** A ledger that another version left, or none, can't be imported again: nothing is kept of it. */
async function keepExport(session: CliSession, account: string, path: string, terminal: LedgerTerminal): Promise<void> {
  const isNone = (await connectionsInRedis(session.redis, account)).length === 0
  if (isNone || (await unfitLayout(session.redis, account)) !== undefined) return
  await exportTo(session, path, { account, force: false, json: false }, terminal)
}

/** `ledger-acme-20261130T180000Z.jsonl` */
function nameOfExport(account: string): string {
  return `ledger-${account}-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl`
}
