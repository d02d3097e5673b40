import { Option } from 'commander'
import { confirmOrRefuse } from '../confirm.ts'
import { readDuration } from '../read-duration.ts'
import type { CommandLine } from '../run-command.ts'
import { openForReading } from '../history/open-for-reading.ts'
import { changesInHistory } from '@provisioner/history/read/changes-in-history.ts'
import { listUndone } from '../undo/list-undone.ts'
import { undo, type UndoOptions } from '../undo/undo.ts'
import { untilTold } from '../undo/until-told.ts'

const HELP = `
The numbers of changes and cycles are those of 'provisioner history'. What is undone stays so until
'provisioner resume --undone WHO', or until the directory says something else of it.

Examples:
  provisioner undo 1718 1719 --reason 'HR import was wrong'
  provisioner undo 1795940415183000 --dry-run
  provisioner undo --user ada@acme.com --since 2d
  provisioner undo --list`

export function addUndo({ program, run, print }: CommandLine): void {
  const command = program
    .command('undo [what...]')
    .description('take changes back, by their numbers or those of their cycles, and keep them so')
    .option('--connection <id>', 'only changes of this connection')
    .option('--user <who>', 'everything of a person or group, and of their memberships, with --since')
    .addOption(new Option('--since <duration>', 'how far back, with --user: 30m, 2d').argParser(readDuration))
    .option('--list', 'list what stays undone', false)
    .option('--reason <text>', 'why; is kept with it')
    .option('--all', 'list everything that is put back', false)
    .option('--dry-run', 'show it, and what the next cycle would do; write nothing', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
  command.action((what: string[], options: UndoOptions & { connection?: string; list: boolean; yes: boolean }) => {
    const { connection, list, yes } = options
    if (list) return run(connection, (session) => listUndone(session, options, print), { reads: 'sources' })
    const mistake = mistakeIn(what, options)
    if (mistake !== undefined) command.error(`error: ${mistake}`)
    const terminal = { print, confirm: yes ? async () => true : confirmOrRefuse }
    return run(
      connection,
      async (session) => {
        await using read = await openForReading(program.opts<{ config: string }>().config, connection)
        const { database } = read.history
        for (const account of read.accounts) await untilTold(session.redis, account)
        return await undo(session, what, options, (account) => changesInHistory(database, account), terminal)
      },
      { reads: 'sources' },
    )
  })
}

/** Why nobody can tell what is to be undone: it is named by numbers alone, or by a user and a time alone. */
function mistakeIn(what: readonly string[], { user, since }: UndoOptions): string | undefined {
  if (what.length > 0 && (user ?? since) !== undefined) return 'name numbers, or --user with --since, and not both'
  if (user !== undefined && since === undefined) return "option '--user' needs '--since': how far back"
  if (user === undefined && since !== undefined) return "option '--since' needs '--user': whose changes"
  if (what.length > 0 || user !== undefined) return undefined
  return "missing argument 'what': name changes or cycles by their numbers, as 'provisioner history' has them"
}
