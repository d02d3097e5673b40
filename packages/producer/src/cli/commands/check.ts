import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '@provisioner/shared/duration.ts'
import { CHECK_HELP, checkAsJson, formatCheck } from '../check/format-check.ts'
import { runCheck } from '../check/run-check.ts'
import { progressOn } from '../progress.ts'
import type { CommandLine } from '../run-command.ts'

export function addCheck({ program, runAlone, print }: CommandLine): void {
  program
    .command('check [connection]')
    .description('test configuration, directory, Zendesk and Redis; writes nothing')
    .option('--json', 'one JSON document', false)
    .addOption(
      new Option('--deadline <duration>', 'the most that each part may take')
        .argParser(duration)
        .default(120_000, '2m'),
    )
    .addHelpText('after', CHECK_HELP)
    .action((connection: string | undefined, { json, deadline }: { json: boolean; deadline: number }) =>
      runAlone(async (configPath) => {
        const progress = progressOn(process.stderr)
        const note = (what: string) => progress.show(`${what} …`)
        const checking = runCheck({ configPath, connection, deadlineMs: deadline, note })
        const { sections, code } = await checking.finally(() => progress.clear())
        const { isTTY, columns } = process.stdout
        const shape = { columns: (isTTY && columns) || undefined, isColoured: isTTY && process.stdout.hasColors() }
        print(json ? checkAsJson(sections, code) : formatCheck(sections, shape))
        return code
      }),
    )
}

function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('Give a duration such as 60s or 5m.')
  return ms
}
