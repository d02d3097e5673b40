import { confirmOrRefuse } from '../confirm.ts'
import { exportTo } from '../ledger/export.ts'
import { importFrom } from '../ledger/import.ts'
import { rebuild, type RebuildOptions } from '../ledger/rebuild.ts'
import { progressOn } from '../progress.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = {
  export: `
Example:
  provisioner ledger export acme.ledger`,
  import: `
Example:
  provisioner ledger import acme.ledger`,
  rebuild: `
Stop producers and workers first. The export holds the whole account: 'ledger import' puts it back into an empty Redis.

Example:
  provisioner ledger rebuild staff --keep /backup/before-rebuild.jsonl`,
} as const

const JSON_OPTION = ['--json', 'one JSON line', false] as const

const ACCOUNT = ['--account <account>', 'the account, where the configuration has several'] as const

/** `ledger export`, `import` and `rebuild`. */
export function addLedger({ program, run, print }: CommandLine): void {
  const terminal = { print, progress: progressOn(process.stderr) }
  const ledger = program.command('ledger').description('move what is known to another Redis, or build it anew')
  ledger
    .command('export <file>')
    .description('write the ledger of an account to a file; stop producers and workers first')
    .option(...ACCOUNT)
    .option('--force', 'replace a file that is there', false)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP.export)
    .action((file: string, options: { account?: string; force: boolean; json: boolean }) =>
      run(undefined, (session) => exportTo(session, file, options, terminal)),
    )
  ledger
    .command('import <file>')
    .description('write such a file into a Redis that has no ledger of the account; one that was broken off goes on')
    .option(...ACCOUNT)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP.import)
    .action((file: string, options: { account?: string; json: boolean }) =>
      run(undefined, (session) => importFrom(session, file, options, terminal), { reads: 'any layout' }),
    )
  ledger
    .command('rebuild [connection]')
    .description('forget the ledger: the next cycle finds everything again in Zendesk, and its plan waits for approval')
    .option(...ACCOUNT)
    .option('--keep <file>', 'where the export of what was there is kept; default: a file in this folder')
    .option('--no-keep', 'keep no export')
    .option('--yes', 'do not ask', false)
    .option('--json', 'one JSON line; needs --yes, for it does not ask', false)
    .addHelpText('after', HELP.rebuild)
    .action((connection: string | undefined, options: Omit<RebuildOptions, 'connection'> & { yes: boolean }) => {
      const ask = options.json ? async () => false : confirmOrRefuse
      const confirm = options.yes ? async () => true : ask
      const about = { ...options, ...(connection !== undefined && { connection }) }
      return run(undefined, (session) => rebuild(session, about, { ...terminal, confirm }), { reads: 'any layout' })
    })
}
