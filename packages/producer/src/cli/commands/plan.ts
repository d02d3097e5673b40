import type { CommandLine } from '../run-command.ts'
import { showPlan } from '../show-plan.ts'

const HELP = `
Example:
  provisioner plan staff --all`

export function addPlan({ program, run, print }: CommandLine): void {
  program
    .command('plan [connection]')
    .description('show what a cycle would do; writes nothing')
    .option('--full', 'as a full cycle would: looks at every linked user and group in Zendesk', false)
    .option('--all', 'list every change and problem', false)
    .option('--json', 'one JSON line per connection', false)
    .option('--tickets', 'count the open tickets of who leaves, though users.remove.tickets is leave', false)
    .addHelpText('after', HELP)
    .action((connection, options: { full: boolean; all: boolean; json: boolean; tickets: boolean }) =>
      run(connection, (session) => showPlan(session, options, print), { reads: 'sources' }),
    )
}
