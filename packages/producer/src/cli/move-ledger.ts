import { createReadStream } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { accountsOf } from '@provisioner/shared/redis.ts'
import { readServices } from '@provisioner/shared/ledger/services.ts'
import { emptyLedger } from '@provisioner/shared/ledger/transfer/empty-ledger.ts'
import { exportLedger } from '@provisioner/shared/ledger/transfer/export-ledger.ts'
import { checkLedgerFile, importLedger } from '@provisioner/shared/ledger/transfer/import-ledger.ts'
import { LedgerFileError } from '@provisioner/shared/ledger/transfer/ledger-file.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { unfitLayout } from '@provisioner/shared/ledger/layout.ts'
import { connectionsInRedis } from '@provisioner/shared/ledger/transfer/connection-in-redis.ts'
import { letGoOf } from '@provisioner/shared/ledger/transfer/retire-connection.ts'
import { CommandLineError } from './command-line-error.ts'
import { byOf } from './decider.ts'
import { fileFault } from './file-fault.ts'
import type { CliSession } from './session.ts'
import { UnknownConnectionError } from './unknown-connection-error.ts'

/** Thrown where a ledger can't be replaced, since somebody works with it. */
export class LedgerInUseError extends CommandLineError {
  override name = 'LedgerInUseError' as const
  override readonly code = 'LEDGER_IN_USE' as const

  constructor(account: string, who: readonly string[]) {
    super(`${who.join(', ')} works for account '${account}': stop all producers and workers first`)
  }
}

/** Thrown for an account that the configuration does not have, and where one has to be named. */
export class AccountUnknownError extends CommandLineError {
  override name = 'AccountUnknownError' as const
  override readonly code = 'ACCOUNT_UNKNOWN' as const
}

type Print = (text: string) => void

/** The account that a command is about: the one that was named, or the only one. @throws AccountUnknownError */
export function accountOf(session: CliSession, named: string | undefined): string {
  const accounts = accountsOf(session.connections)
  if (named !== undefined && accounts.includes(named)) return named
  if (named === undefined && accounts.length === 1) return accounts[0]!
  const why = named === undefined ? 'Name one of the accounts' : `No connection has the account '${named}'`
  throw new AccountUnknownError(`${why}: --account ${accounts.join(' | ')}`)
}

/** What an exported ledger has at least, lines: the first and the last say what it is. */
const FRAME = 2

/** `provisioner ledger export`: writes an account's ledger to a file, which takes its name when it is whole. */
export async function exportTo(
  session: CliSession,
  path: string,
  { account: named, force, json }: { account?: string; force: boolean; json: boolean },
  print: Print,
): Promise<void> {
  const account = accountOf(session, named)
  if (!force && (await isThere(path)))
    throw new LedgerFileError(`${path} is there already: name another file, or replace it with --force`)
  const lines = await writeWhole(path, exportLedger(session.redis, account), (count) => {
    if (count > FRAME) return
    throw new LedgerFileError(`Redis at ${session.servers} has no ledger of account '${account}': nothing was exported`)
  })
  const live = await working(session, account)
  if (json) {
    print(JSON.stringify({ account, file: path, lines, working: live }))
    return
  }
  print(
    `the ledger of account '${account}' is in ${path}: ${lines} lines. It holds what people are called: keep it safe.`,
  )
  if (live.length > 0)
    print(`${live.join(', ')} went on working meanwhile: stop all before you move the ledger, and export it again.`)
}

/**
 * Writes lines into a file that takes its name when it is whole; returns how many.
 *
 * @param judge is told how many there are, and throws where the file is not to take its name
 * @throws LedgerFileError
 */
async function writeWhole(path: string, all: AsyncIterable<string>, judge: (lines: number) => void): Promise<number> {
  const unfinished = `${path}.part`
  const file = await open(unfinished, 'w', 0o600).catch((error: unknown) => told(path, error))
  let lines = 0
  try {
    try {
      for await (const line of all) {
        await file.write(line)
        lines += 1
      }
      await file.sync()
    } finally {
      await file.close()
    }
    judge(lines)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    told(path, error)
  }
  return lines
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** What the file system says, in words; any other error, one of Redis for example, is thrown as it is. */
function told(path: string, error: unknown): never {
  const fault = fileFault(error)
  if (fault === undefined) throw error
  throw new LedgerFileError(`${path} can't be used: ${fault}`, { cause: error })
}

/** `provisioner ledger import`: writes a file into a Redis that has no ledger of the account. */
export async function importFrom(
  session: CliSession,
  path: string,
  { account: named, json }: { account?: string; json: boolean },
  print: Print,
): Promise<void> {
  const account = accountOf(session, named)
  await assertIdle(session, account)
  await session.assertFit(account)
  const { header, lines } = await checkLedgerFile(linesOf(path))
  const { keys } = await importLedger(session.redis, account, linesOf(path), header)
  const what = `${keys} keys of ${path}, exported ${formatTime(header.at)}`
  await noteEvent(session.redis, account, { type: 'ledger', ...byOf(undefined), operation: 'import ledger', what })
  if (json) {
    print(JSON.stringify({ account, file: path, lines, keys, live: header.live }))
    return
  }
  if (header.live) print('producers or workers ran while it was exported: what they did meanwhile may be missing.')
  print(`the ledger of account '${account}' is imported: ${keys} keys of ${lines} lines. Start producers and workers.`)
}

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
  { print, confirm }: { print: Print; confirm: (question: string) => Promise<boolean> },
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
  if (keep !== false) await keepExport(session, account, keep === true ? nameOfExport(account) : keep, say)
  const removed =
    connection === undefined
      ? await emptyLedger(redis, account)
      : (await letGoOf(redis, { account, connection }, { keepsPauses: true })).keys
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
async function keepExport(session: CliSession, account: string, path: string, print: Print): Promise<void> {
  const isNone = (await connectionsInRedis(session.redis, account)).length === 0
  if (isNone || (await unfitLayout(session.redis, account)) !== undefined) return
  await exportTo(session, path, { account, force: false, json: false }, print)
}

/** `ledger-acme-20261130T180000Z.jsonl` */
function nameOfExport(account: string): string {
  return `ledger-${account}-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl`
}

async function working(session: CliSession, account: string): Promise<string[]> {
  const alive = (await readServices(session.redis, account)).filter(({ isAlive }) => isAlive)
  return alive.map(({ role, name }) => `${role} ${name}`)
}

async function assertIdle(session: CliSession, account: string): Promise<void> {
  const alive = await working(session, account)
  if (alive.length > 0) throw new LedgerInUseError(account, alive)
}

async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const stream = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new LedgerFileError(`There is no file ${path}`)
    told(path, error)
  } finally {
    stream.destroy()
  }
}
