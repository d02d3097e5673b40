import { formatTime } from '@provisioner/shared/format-time.ts'
import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { checkLedgerFile, importLedger } from '@provisioner/shared/ledger/transfer/import-ledger.ts'
import { byOf } from '../decider.ts'
import type { CliSession } from '../session.ts'
import { accountOf } from './account-of.ts'
import type { LedgerTerminal } from './export.ts'
import { linesOf, SHOWN_EACH } from './file-lines.ts'
import { assertIdle } from './idle.ts'

/** `provisioner ledger import`: writes a file into a Redis that has no ledger of the account. */
export async function importFrom(
  session: CliSession,
  path: string,
  { account: named, json }: { account?: string; json: boolean },
  { print, progress }: LedgerTerminal,
): Promise<void> {
  const account = accountOf(session, named)
  await assertIdle(session, account)
  await session.assertFit(account)
  const counted = (doing: string) => countLines(linesOf(path), (n) => progress.show(`${doing} ${path}: line ${n}`))
  const read = async () => {
    const { header, lines } = await checkLedgerFile(counted('Checking'))
    const { keys } = await importLedger(session.redis, account, counted('Importing'), header)
    return { header, lines, keys }
  }
  const { header, lines, keys } = await read().finally(progress.clear)
  const what = `${keys} keys of ${path}, exported ${formatTime(header.at)}`
  await noteEvent(session.redis, account, { type: 'ledger', ...byOf(undefined), operation: 'import ledger', what })
  if (json) {
    print(JSON.stringify({ account, file: path, lines, keys, live: header.live }))
    return
  }
  if (header.live) print('producers or workers ran while it was exported: what they did meanwhile may be missing.')
  print(`the ledger of account '${account}' is imported: ${keys} keys of ${lines} lines. Start producers and workers.`)
}

async function* countLines(
  lines: AsyncIterable<string>,
  show: (line: number) => void,
): AsyncGenerator<string, void, undefined> {
  let at = 0
  for await (const line of lines) {
    at += 1
    if (at % SHOWN_EACH === 0) show(at)
    yield line
  }
}
