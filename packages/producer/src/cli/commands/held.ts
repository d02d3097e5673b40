import type { CommandLine } from '../run-command.ts'
import { showHeld } from '../show-held.ts'

const HELP = `
Example:
  provisioner held staff --all`

export function addHeld({ program, run, print }: CommandLine): void {
  program
    .command('held [connection]')
    .description('show what waits for approval, and what was decided on it')
    .option('--all', 'list every change', false)
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: { all: boolean; json: boolean }) =>
      run(connection, (session) => showHeld(session, options, print)),
    )
}
