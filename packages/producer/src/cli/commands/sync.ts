import { Option } from 'commander'
import { progressOn } from '../progress.ts'
import { readDuration } from '../read-duration.ts'
import type { CommandLine } from '../run-command.ts'
import { sync, type SyncOptions } from '../sync.ts'

export function addSync({ program, run, print }: CommandLine): void {
  program
    .command('sync [connection]')
    .description('run a cycle now, and wait until what it releases is written to Zendesk')
    .option('--full', 'a full cycle, as of `cycle --full`', false)
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for each connection')
        .argParser(readDuration)
        .default(readDuration('10m'), '10m'),
    )
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, options: SyncOptions) =>
      run(connection, (session) => sync(session, options, print, progressOn(process.stderr))),
    )
}

const HELP = `
Example:
  provisioner sync staff --timeout 30m`
