import { Option } from 'commander'
import { syncNamed } from '../follow/sync-named.ts'
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
    .addOption(
      new Option('--user <who>', 'one user with their memberships, before all that waits, with each step').conflicts(
        'group',
      ),
    )
    .option('--group <who>', 'the same of one group')
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection: string | undefined, options: SyncOptions & Named) => {
      const named = namedIn(options)
      return named
        ? run(connection, (session) => syncNamed(session, named, options, print), { reads: 'sources' })
        : run(connection, (session) => sync(session, options, print, progressOn(process.stderr)))
    })
}

interface Named {
  readonly user?: string
  readonly group?: string
}

function namedIn({ user, group }: Named): { kind: 'user' | 'group'; text: string } | undefined {
  if (user !== undefined) return { kind: 'user', text: user }
  return group === undefined ? undefined : { kind: 'group', text: group }
}

const HELP = `
Examples:
  provisioner sync staff --timeout 30m
  provisioner sync --user ada@acme.com

--user and --group take an address, a DN, a user id, a directory id, a Zendesk id or a part of the name. A cycle
reads the directory; then what it released of them goes out before everything else that waits, and each step is
shown: what differs, each request, and Zendesk's answer.`
