import type { CommandLine } from '../run-command.ts'
import { showStatus } from '../show-status.ts'

const HELP = `
Example, for monitoring:
  provisioner status > /dev/null || echo "the provisioner needs a look: $?"

What it is stands first, and in --json under "troubles".`

export function addStatus({ program, run, print }: CommandLine): void {
  program
    .command('status [connection]')
    .description('show what stands still, who works, the last cycle, what waits and what is wrong')
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: { json: boolean }) =>
      run(connection, (session) => showStatus(session, options, print), { tellsHealth: true }),
    )
}
