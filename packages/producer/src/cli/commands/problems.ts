import type { CommandLine } from '../run-command.ts'
import { showProblems } from '../show-problems.ts'

const HELP = `
Example:
  provisioner problems staff`

export function addProblems({ program, run, print }: CommandLine): void {
  program
    .command('problems [connection]')
    .description('show every problem, with what to do')
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: { json: boolean }) =>
      run(connection, (session) => showProblems(session, options, print)),
    )
}
