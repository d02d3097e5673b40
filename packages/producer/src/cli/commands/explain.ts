import { explainMapping } from '../explain-mapping.ts'
import { explain } from '../explain/explain.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  provisioner explain ada@acme.com

It asks the directory, the ledger and Zendesk, and writes nothing. Who has left is found as well; of whom only Zendesk
has, by their address or id there, it says so.`

export function addExplain({ program, run, print }: CommandLine): void {
  program
    .command('explain <who>')
    .description(
      'tell where a person or a group stands, and why; named by address, name, user id, DN, directory id or Zendesk id',
    )
    .option('--mapping', 'only what the entry maps to, step by step', false)
    .option('--no-live', 'do not ask Zendesk what it holds')
    .option('--json', 'one JSON line per connection that has it', false)
    .addHelpText('after', HELP)
    .action((who: string, options: { mapping: boolean; live: boolean; json: boolean }) =>
      run(undefined, (session) => (options.mapping ? explainMapping : explain)(session, who, options, print), {
        reads: 'sources',
      }),
    )
}
