import { parseDuration } from '@provisioner/shared/duration.ts'
import { CommandLineError } from '../command-line-error.ts'
import { progressOn } from '../progress.ts'
import type { CommandLine } from '../run-command.ts'
import { sync } from '../sync.ts'

export function addSync({ program, run, print }: CommandLine): void {
  program
    .command('sync [connection]')
    .description('run a cycle now, and wait until what it releases is written to Zendesk')
    .option('--full', 'a full cycle, as of `cycle --full`', false)
    .option('--timeout <duration>', 'how long to wait for each connection', '10m')
    .option('--json', 'one JSON line per connection', false)
    .addHelpText('after', HELP)
    .action((connection, { timeout, ...options }: { full: boolean; json: boolean; timeout: string }) =>
      run(connection, (session) =>
        sync(session, { ...options, timeout: msOf(timeout) }, print, progressOn(process.stderr)),
      ),
    )
}

/** Thrown for a time that nobody can read. */
class UnreadableTimeError extends CommandLineError {
  override name = 'UnreadableTimeError' as const
  override readonly code = 'TIME_UNREADABLE' as const

  constructor(option: string, given: string) {
    super(`${option} '${given}' is no time: write 30s, 10m or 2h`)
  }
}

function msOf(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new UnreadableTimeError('--timeout', text)
  return ms
}

const HELP = `
Exit codes: 0 all is in step; 1 the cycle failed, nobody works, or changes wait for more than a moment;
2 the configuration or the command line can't work; 4 in step but for what is held.

Example: provisioner sync staff --timeout 30m`
