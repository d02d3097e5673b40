import { explainMapping } from '../explain-mapping.ts'
import type { CommandLine } from '../run-command.ts'

export function addMap({ program, run, print }: CommandLine): void {
  program
    .command('map <who>')
    .description('show what one entry maps to, step by step; it is named by DN, user id, address or name')
    .option('--json', 'one JSON line per connection that has it', false)
    .action((who: string, options: { json: boolean }) =>
      run(undefined, (session) => explainMapping(session, who, options, print), { reads: 'sources' }),
    )
}
