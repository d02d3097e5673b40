import { exportLedger } from '@provisioner/shared/ledger/transfer/export-ledger.ts'
import { LedgerFileError } from '@provisioner/shared/ledger/transfer/ledger-file.ts'
import type { CliSession } from '../session.ts'
import type { Progress } from '../progress.ts'
import { accountOf } from './account-of.ts'
import { isThere, writeWhole } from './file-lines.ts'
import { working } from './idle.ts'

/** What an exported ledger has at least, lines: the first and the last say what it is. */
const FRAME = 2

/** What a command of the ledger says, and where it shows how far it has come. */
export interface LedgerTerminal {
  readonly print: (text: string) => void
  readonly progress: Progress
}

/** `provisioner ledger export`: writes an account's ledger to a file, which takes its name when it is whole. */
export async function exportTo(
  session: CliSession,
  path: string,
  { account: named, force, json }: { account?: string; force: boolean; json: boolean },
  { print, progress }: LedgerTerminal,
): Promise<void> {
  const account = accountOf(session, named)
  if (!force && (await isThere(path)))
    throw new LedgerFileError(`${path} is there already: name another file, or replace it with --force`)
  const lines = await writeWhole(path, exportLedger(session.redis, account), {
    show: (count) => progress.show(`Exporting the ledger of account '${account}': ${count} lines`),
    judge: (count) => {
      if (count > FRAME) return
      throw new LedgerFileError(
        `Redis at ${session.servers} has no ledger of account '${account}': nothing was exported`,
      )
    },
  }).finally(progress.clear)
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
