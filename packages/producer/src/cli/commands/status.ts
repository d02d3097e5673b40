import { STATUS_HELP } from '../exit-codes.ts'
import type { CommandLine } from '../run-command.ts'
import { showStatus } from '../show-status.ts'

export function addStatus({ program, run, print }: CommandLine): void {
  program
    .command('status [connection]')
    .description('show what stands still, who works, the last cycle, what waits and what is wrong')
    .addHelpText('after', STATUS_HELP)
    .option('--json', 'one JSON line per connection', false)
    .action((connection, options: { json: boolean }) =>
      run(connection, (session) => showStatus(session, options, print), { tellsHealth: true }),
    )
}
