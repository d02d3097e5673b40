import { Option } from 'commander'
import { readDuration } from '../read-duration.ts'
import { showReview, type ReviewOptions } from '../review/show-review.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example, every quarter:
  provisioner review --out 2026-q4.json --since 2026-q3.json`

/** `review`. */
export function addReview({ program, run, print }: CommandLine): void {
  program
    .command('review')
    .description('list the team in Zendesk, with why each is in it and what is wrong with that; writes nothing')
    .option('--account <account>', 'the account, where the configuration has several')
    .addOption(
      new Option('--idle <duration>', 'how long a seat may be unused')
        .argParser(readDuration)
        .default(readDuration('90d'), '90d'),
    )
    .addOption(new Option('--csv', 'CSV, a line for each team member').default(false).conflicts('json'))
    .option('--json', 'JSON, with everything', false)
    .option('--out <file>', 'write it to a file: CSV or JSON also by the ending .csv or .json')
    .option('--force', 'replace a file that is there', false)
    .option('--since <file>', 'compare with an earlier review, made with --json')
    .addHelpText('after', HELP)
    .action((options: ReviewOptions) =>
      run(undefined, (session) => showReview(session, options, print), { reads: 'sources' }),
    )
}
