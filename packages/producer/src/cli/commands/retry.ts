import { Option } from 'commander'
import { progressOn } from '../progress.ts'
import { readDuration } from '../read-duration.ts'
import type { RetryOptions } from '../retry/retried.ts'
import { retry } from '../retry/retry.ts'
import type { CommandLine } from '../run-command.ts'

export function addRetry({ program, run, print }: CommandLine): void {
  program
    .command('retry [connection]')
    .description('have tried now what failed or what Zendesk refused; alone, it lists the causes')
    .addOption(
      new Option(
        '--cause <code>',
        'what has this cause: a code of `problems`, CHANGE_FAILS for passing errors',
      ).argParser((text) => text.trim().toUpperCase()),
    )
    .addOption(
      new Option('--user <who>', "one user's changes and memberships, named as for `explain`").conflicts('group'),
    )
    .option('--group <who>', "one group's changes and memberships")
    .option('--all', 'all of it', false)
    .option('--reason <text>', 'why; is kept in the history')
    .option('--wait', 'wait until it is written or has failed again', false)
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for each connection')
        .argParser(readDuration)
        .default(readDuration('10m'), '10m'),
    )
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: RetryOptions) =>
      run(connection, (session) => retry(session, options, print, progressOn(process.stderr)), {
        reads: options.user === undefined && options.group === undefined ? 'ledger' : 'sources',
      }),
    )
}

const HELP = `
What is retried begins a new row of failures, and is written by the newest state. It needs a worker that runs.

Example:
  provisioner retry staff --cause SEATS_EXHAUSTED --wait`
