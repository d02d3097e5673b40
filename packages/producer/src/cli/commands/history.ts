import { InvalidArgumentError, Option } from 'commander'
import { showHistory, type HistoryOptions } from '../history/show-history.ts'
import { verifyHistory } from '../history/verify-history.ts'
import { readMoment } from '../read-moment.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Examples:
  provisioner history ada@acme.com
  provisioner history --operation 'suspend user' --since 30d --csv > suspended.csv
  provisioner history verify

Who has left is found as well. It reads the history's database alone, also where Redis was lost; the directory is asked
only for a name that nobody has there.`

const VERIFY_HELP = `
Example:
  provisioner history verify --json`

/** `history`. */
export function addHistory({ program, runAlone, print }: CommandLine): void {
  const history = program
    .command('history [who]')
    .description('show what was done and decided, with the values before and after; writes nothing')
    .option('--connection <id>', 'of one connection')
    .option(
      '--operation <operation>',
      "such as 'suspend user' or suspend, or decision, pause, resume, cycle, retry, undo, ledger",
    )
    .addOption(new Option('--cycle <cycle>', 'what one cycle released, by the number that is shown').argParser(count))
    .addOption(new Option('--since <when>', 'since 12h or 30d ago, or a date: 2026-11-30').argParser(readMoment))
    .addOption(new Option('--until <when>', 'before that').argParser(readMoment))
    .option('--by <name>', 'what somebody decided or did, by their name with or without the host')
    .option('--approved-by <name>', 'changes that somebody had approved')
    .addOption(new Option('--limit <n>', 'at most so many; a table shows 100').argParser(count))
    .addOption(new Option('--csv', 'CSV, a line for each event').default(false).conflicts('json'))
    .option('--json', 'one JSON line for each event', false)
    .addHelpText('after', HELP)
    .action((who: string | undefined, options: HistoryOptions) =>
      runAlone((configPath) => showHistory(configPath, who, options, print)),
    )
  history
    .command('verify')
    .description('check by the chain of hashes that nothing was changed, removed or inserted; writes nothing')
    .option('--json', 'one JSON line for each account', false)
    .addHelpText('after', VERIFY_HELP)
    .action((_own: object, command: { optsWithGlobals(): { json: boolean } }) =>
      runAlone((configPath) => verifyHistory(configPath, { json: command.optsWithGlobals().json }, print)),
    )
}

function count(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number === 0 || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Give a number such as 500.')
  return number
}
