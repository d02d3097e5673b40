import { pauseWriting, resumeWriting } from '../pause.ts'
import type { CommandLine } from '../run-command.ts'
import { letGo } from '../undo/let-go.ts'

/** `pause` and `resume`. */
export function addPause({ program, run, print }: CommandLine): void {
  program
    .command('pause [connection]')
    .description('stop writing to Zendesk, within 2 s and until `resume`: all accounts, or one connection')
    .option('--removals', 'only what takes something away: suspensions, deletions, members removed', false)
    .option('--reason <text>', 'why; is shown with the pause')
    .option('--json', 'one JSON line per account', false)
    .addHelpText('after', PAUSE_HELP)
    .action((connection, options: { removals: boolean; reason?: string; json: boolean }) =>
      run(connection, (session) => pauseWriting(session, { connection, ...options }, print)),
    )
  program
    .command('resume [connection]')
    .description('end a pause: what waits goes out; or let the directory decide again about what was undone')
    .option('--undone <who>', 'in place of a pause: of this person or group, and of their memberships')
    .option('--undone-all', 'the same of everything that was undone', false)
    .option('--json', 'one JSON line per account, or connection', false)
    .addHelpText('after', RESUME_HELP)
    .action((connection, { json, undone, undoneAll }: { json: boolean; undone?: string; undoneAll: boolean }) =>
      undone !== undefined || undoneAll
        ? run(connection, (session) => letGo(session, { who: undone, json }, print), { reads: 'sources' })
        : run(connection, (session) => resumeWriting(session, { connection, json }, print)),
    )
}

const PAUSE_HELP = `
The directory is read on, and what follows from it waits. It is shown by 'status', on every page of the
dashboard and by /readyz.

Example:
  provisioner pause staff --removals --reason 'HR import looks wrong'`

const RESUME_HELP = `
Without a connection it ends every pause.

With --undone nothing is resumed but what the directory says of whom it names: 'provisioner undo --list'
shows what stays undone.

Examples:
  provisioner resume staff
  provisioner resume staff --undone ada@acme.com`
