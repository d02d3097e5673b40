import type { Command } from 'commander'
import type { Verdict } from '@provisioner/shared/ledger/decision.ts'
import { GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import { confirm } from '../confirm.ts'
import { decide, type DecideOptions } from '../decide.ts'
import type { CommandLine } from '../run-command.ts'

type DecisionOptions = DecideOptions & { readonly yes: boolean; readonly json: boolean }

const ONLY = `a category of the guard: ${GUARD_CATEGORIES.join(', ')}; clearings:ATTRIBUTE, updates:ATTRIBUTE. Of a first plan users, groups and memberships are all changes of that kind`
const MATCHING = ['--matching <text>', 'part of a DN, an address or a name'] as const

const HELP = {
  approve: `
Example:
  provisioner held staff
  provisioner approve staff --only users --matching ada --reason 'she has left, says HR'

A first plan is approved as a whole, or in parts.`,
  reject: `
Example:
  provisioner reject staff --only memberships --matching 'Tier 1' --reason 'CHG-4711 was wrong'

What is rejected is not asked again, until 'approve --include-rejected' or 'undecide'.`,
  undecide: `
Example:
  provisioner undecide staff --matching ada`,
} as const

/** `approve`, `reject` and `undecide`. */
export function addDecisions(line: CommandLine): void {
  const { program } = line
  const approve = program
    .command('approve [connection]')
    .description('approve what is held and nobody has decided on, or the first plan')
    .option(...MATCHING)
  withOptions(approve, 'why; is kept with the decision')
    .option('--include-rejected', 'approve what was rejected as well', false)
    .addHelpText('after', HELP.approve)
    .action((connection, options: DecisionOptions & { includeRejected: boolean }) =>
      runDecision(line, connection, options.includeRejected ? 'approve --include-rejected' : 'approve', options),
    )
  const reject = program
    .command('reject [connection]')
    .description('reject what is held and nobody has decided on, or a part of the first plan')
    .option(...MATCHING)
  withOptions(reject, 'why; is kept with the decision')
    .addHelpText('after', HELP.reject)
    .action((connection, options: DecisionOptions) => runDecision(line, connection, 'reject', options))
  const undecide = program
    .command('undecide [connection]')
    .description('take decisions back that are not carried out yet')
    .requiredOption(...MATCHING)
  withOptions(undecide, 'why; is kept in the log of decisions')
    .addHelpText('after', HELP.undecide)
    .action((connection, options: DecisionOptions) => runDecision(line, connection, 'undecide', options))
}

function withOptions(command: Command, reason: string): Command {
  return command
    .option('--only <category>', ONLY)
    .option('--reason <text>', reason)
    .option('--all', 'list every change before it is decided on', false)
    .option('--yes', 'do not ask on a terminal', false)
    .option('--json', 'one JSON line per connection; does not ask either', false)
}

function runDecision(
  { run, print }: CommandLine,
  connection: string | undefined,
  verdict: Verdict,
  options: DecisionOptions,
) {
  const terminal = { print, confirm: options.yes || options.json ? async () => true : confirm }
  return run(connection, async (session) => (await decide(session, verdict, options, terminal)) > 0)
}
