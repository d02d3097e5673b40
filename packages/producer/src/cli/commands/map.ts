import { explainMapping } from '../explain-mapping.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  provisioner map ada@acme.com

The same as 'provisioner explain --mapping', which without --mapping says everything else of them too.`

export function addMap({ program, run, print }: CommandLine): void {
  program
    .command('map <who>')
    .description('show what one entry maps to, step by step: explain --mapping')
    .option('--json', 'one JSON line per connection that has it', false)
    .addHelpText('after', HELP)
    .action((who: string, options: { json: boolean }) =>
      run(undefined, (session) => explainMapping(session, who, options, print), { reads: 'sources' }),
    )
}
