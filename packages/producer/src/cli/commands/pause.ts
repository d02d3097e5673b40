import { pauseWriting, resumeWriting } from '../pause.ts'
import type { CommandLine } from '../run-command.ts'

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
    .description('end a pause: what waits goes out')
    .option('--json', 'one JSON line per account', false)
    .addHelpText('after', RESUME_HELP)
    .action((connection, options: { json: boolean }) =>
      run(connection, (session) => resumeWriting(session, { connection, ...options }, print)),
    )
}

const PAUSE_HELP = `
The directory is read on, and what follows from it waits. It is shown by 'status', on every page of the
dashboard and by /readyz.

Example:
  provisioner pause staff --removals --reason 'HR import looks wrong'`

const RESUME_HELP = `
Without a connection it ends every pause.

Example:
  provisioner resume staff`
