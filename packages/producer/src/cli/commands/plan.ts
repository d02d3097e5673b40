import { InvalidArgumentError, Option } from 'commander'
import { readOperations } from '../plan/read-operations.ts'
import { showPlan, type ShowPlanOptions } from '../plan/show-plan.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
With --detailed-exitcode: 0 nothing to do, 3 changes, 4 changes that wait for an admin's word, or a first plan that
does. Else 0; 1 it failed, or the name is nobody's or several people's; 2 the configuration or the command line can't
work.

Examples:
  provisioner plan staff --user ada@acme.com
  provisioner plan --only suspend,delete --all
  provisioner plan staff --out friday.plan`

export function addPlan({ program, run, print }: CommandLine): void {
  program
    .command('plan [connection]')
    .description('show what a cycle would do, with old and new values; writes nothing')
    .option('--full', 'as a full cycle would: looks at every linked user and group in Zendesk', false)
    .option('--all', 'list every change and problem', false)
    .addOption(new Option('--user <who>', 'only what is of a user, with their memberships').conflicts('group'))
    .option('--group <which>', 'only what is of a group, with its members')
    .addOption(
      new Option('--only <operations>', 'only these: create, update, suspend, …, or in full: "add member"').argParser(
        readOperations,
      ),
    )
    .addOption(new Option('--limit <number>', 'list at most so many of each').argParser(readNumber))
    .option('--json', 'one JSON line per connection', false)
    .option('--tickets', 'count the open tickets of who leaves, though users.remove.tickets is leave', false)
    .option('--out <file>', "keep the plan in a file, for 'apply' to carry out")
    .option('--force', 'replace the file of --out when it is there already', false)
    .option('--detailed-exitcode', 'end with 3 when there are changes, with 4 when any are held', false)
    .addHelpText('after', HELP)
    .action((connection, options: ShowPlanOptions) =>
      run(connection, (session) => showPlan(session, options, print), { reads: 'sources' }),
    )
}

function readNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no number.')
  return Number(text)
}
