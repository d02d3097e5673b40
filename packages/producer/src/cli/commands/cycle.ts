import { askForCycles } from '../ask-for-cycle.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  provisioner cycle staff --full

It is asked for and not waited for: 'provisioner sync' waits.`

export function addCycle({ program, run, print }: CommandLine): void {
  program
    .command('cycle [connection]')
    .description('start a cycle now: an ordinary one, which plans what has changed in the directory')
    .option('--full', 'plan every entry anew, and look at every linked user and group in Zendesk', false)
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: { full: boolean; json: boolean }) =>
      run(connection, (session) => askForCycles(session, options, print), { tellsHealth: true }),
    )
}
