import { InvalidArgumentError } from 'commander'
import { parseDuration } from '@provisioner/shared/duration.ts'
import { CHECK_HELP, checkAsJson, formatCheck } from '../check/format-check.ts'
import { runCheck } from '../check/run-check.ts'
import type { CommandLine } from '../run-command.ts'

export function addCheck({ program, runAlone, print }: CommandLine): void {
  program
    .command('check [connection]')
    .description('test configuration, directory, Zendesk and Redis; writes nothing')
    .option('--json', 'one JSON document', false)
    .option('--deadline <duration>', 'the most that each part may take', duration, 120_000)
    .addHelpText('after', CHECK_HELP)
    .action((connection: string | undefined, { json, deadline }: { json: boolean; deadline: number }) =>
      runAlone(async (configPath) => {
        const { sections, code } = await runCheck({ configPath, connection, deadlineMs: deadline, note })
        note()
        const { isTTY, columns } = process.stdout
        const shape = { columns: (isTTY && columns) || undefined, isColoured: isTTY && process.stdout.hasColors() }
        print(json ? checkAsJson(sections, code) : formatCheck(sections, shape))
        return code
      }),
    )
}

/** Says on a terminal what goes on, in a line that the next one replaces; without words it takes the line away. */
function note(what = ''): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what && `${what} …`}`)
}

function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('Give a duration such as 60s or 5m.')
  return ms
}
