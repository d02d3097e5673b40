import { Option } from 'commander'
import { CHECK_HELP, checkAsJson, formatCheck } from '../check/format-check.ts'
import { runCheck } from '../check/run-check.ts'
import { progressOn, tellStart } from '../progress.ts'
import { readDuration } from '../read-duration.ts'
import type { CommandLine } from '../run-command.ts'

export function addCheck({ program, runAlone, print }: CommandLine): void {
  program
    .command('check [connection]')
    .description('test configuration, directory, Zendesk and Redis; writes nothing')
    .option('--json', 'one JSON document', false)
    .addOption(
      new Option('--deadline <duration>', 'the most that each part may take')
        .argParser(readDuration)
        .default(120_000, '2m'),
    )
    .addHelpText('after', CHECK_HELP)
    .action((connection: string | undefined, { json, deadline }: { json: boolean; deadline: number }) =>
      runAlone(async (configPath) => {
        tellStart('Testing configuration, directory, Zendesk and Redis', { forPrograms: json })
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
