#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { EnvironmentError } from '@provisioner/shared/environment.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { errorWithoutSecrets, withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { Verdict } from '@provisioner/shared/ledger/decision.ts'
import { LedgerLayoutError } from '@provisioner/shared/redis.ts'
import { tuneHeap } from '../tune-heap.ts'
import { askForCycles } from './ask-for-cycle.ts'
import { CommandLineError } from './command-line-error.ts'
import { confirm, confirmOrRefuse } from './confirm.ts'
import { decide, type DecideOptions } from './decide.ts'
import { GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import { STATUS_CODES, STATUS_HELP } from './exit-codes.ts'
import { explainMapping } from './explain-mapping.ts'
import { exportTo, importFrom, rebuild } from './move-ledger.ts'
import { openSession, type CliSession } from './session.ts'
import { showHeld } from './show-held.ts'
import { showPlan } from './show-plan.ts'
import { showProblems } from './show-problems.ts'
import { showStatus } from './show-status.ts'

// a plan reads the whole directory, often beside the producer and within its memory
tuneHeap()
readEnvFile()

const print = (text: string): void => void process.stdout.write(`${withoutSecrets(text)}\n`)
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `provisioner problems | head`: whoever reads has read enough
    if (error.code !== 'EPIPE' && process.exitCode !== 1) process.stderr.write(`Not written: ${error.message}\n`)
    if (error.code !== 'EPIPE') process.exitCode = 1
  })

/** What a retry with the same files and arguments can't change. */
const UNFIT = [ConfigError, EnvironmentError, CommandLineError]

/**
 * Runs one command and closes what it opened; a number that it returns is the exit code. A known error is one line,
 * with exit code 2 for a configuration, an environment or a command line that can't work and 1 otherwise; any other
 * keeps its stack. A command that `tellsHealth` ends as what stands still where another version left the ledger.
 */
async function run(
  connection: string | undefined,
  command: (session: CliSession) => Promise<unknown>,
  {
    reads = 'ledger',
    tellsHealth = false,
  }: { reads?: Parameters<typeof openSession>[0]['reads']; tellsHealth?: boolean } = {},
): Promise<void> {
  try {
    const configPath = program.opts<{ config: string }>().config
    await using session = await openSession({ configPath, connection, reads })
    const done = await command(session).catch(async (error: unknown) => {
      throw await session.explain(error)
    })
    if (done === false) process.exitCode = 1
    if (typeof done === 'number') process.exitCode = done
  } catch (error) {
    process.exitCode = UNFIT.some((kind) => error instanceof kind) ? 2 : 1
    if (tellsHealth && error instanceof LedgerLayoutError) process.exitCode = STATUS_CODES.stopped
    if (error instanceof ConfigError) process.stderr.write(`${formatConfigError(error)}\n`)
    else if (error instanceof ProvisioningError) process.stderr.write(`${error.code}: ${error.message}\n`)
    else throw errorWithoutSecrets(error)
  }
}

function decision(name: string, description: string): Command {
  return program
    .command(`${name} [connection]`)
    .description(description)
    .option('--only <category>', ONLY)
    .option('--matching <text>', 'part of a DN, an address or a name')
    .option('--reason <text>', 'why; is kept with the decision')
    .option('--all', 'list every change before it is decided on', false)
    .option('--yes', YES, false)
}

function runDecision(connection: string | undefined, verdict: Verdict, options: DecisionOptions) {
  const terminal = { print, confirm: options.yes ? async () => true : confirm }
  return run(connection, async (session) => (await decide(session, verdict, options, terminal)) > 0)
}

type DecisionOptions = DecideOptions & { readonly yes: boolean }

const YES = 'do not ask on a terminal'

const ONLY = `a category of the guard: ${GUARD_CATEGORIES.join(', ')}; clearings:ATTRIBUTE, updates:ATTRIBUTE. Of a first plan users, groups and memberships are all changes of that kind`

const program = new Command('provisioner')
  .description('Keeps the users, groups and memberships of Zendesk equal to an LDAP directory')
  .version(manifest.version)
  .exitOverride()
  .option('-c, --config <path>', 'configuration file', process.env['PROVISIONER_CONFIG'] || 'provisioner.yaml')

program
  .command('plan [connection]')
  .description('show what a cycle would do; writes nothing')
  .option('--full', 'as a full cycle would: looks at every linked user and group in Zendesk', false)
  .option('--all', 'list every change and problem', false)
  .option('--json', 'one JSON line per connection', false)
  .option('--tickets', 'count the open tickets of who leaves, though users.remove.tickets is leave', false)
  .action((connection, options: { full: boolean; all: boolean; json: boolean; tickets: boolean }) =>
    run(connection, (session) => showPlan(session, options, print), { reads: 'sources' }),
  )
program
  .command('held [connection]')
  .description('show what waits for approval, and what was decided on it')
  .option('--all', 'list every change', false)
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { all: boolean; json: boolean }) =>
    run(connection, (session) => showHeld(session, options, print)),
  )
decision('approve', 'approve what is held and nobody has decided on, or the first plan')
  .option('--include-rejected', 'approve what was rejected as well', false)
  .action((connection, options: DecisionOptions & { includeRejected: boolean }) =>
    runDecision(connection, options.includeRejected ? 'approve --include-rejected' : 'approve', options),
  )
decision('reject', 'reject what is held and nobody has decided on, or a part of the first plan').action(
  (connection, options: DecisionOptions) => runDecision(connection, 'reject', options),
)
program
  .command('undecide [connection]')
  .description('take decisions back that are not carried out yet')
  .requiredOption('--matching <text>', 'part of a DN, an address or a name')
  .option('--only <category>', ONLY)
  .option('--reason <text>', 'why; is kept in the log of decisions')
  .option('--all', 'list every change', false)
  .option('--yes', YES, false)
  .action((connection, options: DecisionOptions) => runDecision(connection, 'undecide', options))
program
  .command('cycle [connection]')
  .description('start a cycle now: an ordinary one, which plans what has changed in the directory')
  .option('--full', 'plan every entry anew, and look at every linked user and group in Zendesk', false)
  .action((connection, options: { full: boolean }) =>
    run(connection, (session) => askForCycles(session, options, print), { tellsHealth: true }),
  )
program
  .command('status [connection]')
  .description('show what stands still, who works, the last cycle, what waits and what is wrong')
  .addHelpText('after', STATUS_HELP)
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { json: boolean }) =>
    run(connection, (session) => showStatus(session, options, print), { tellsHealth: true }),
  )
program
  .command('problems [connection]')
  .description('show every problem, with what to do')
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { json: boolean }) =>
    run(connection, (session) => showProblems(session, options, print)),
  )
program
  .command('map <who>')
  .description('show what one entry maps to, step by step; it is named by DN, user id, address or name')
  .option('--json', 'one JSON line per connection that has it', false)
  .action((who: string, options: { json: boolean }) =>
    run(undefined, (session) => explainMapping(session, who, options, print), { reads: 'sources' }),
  )
const ledger = program.command('ledger').description('move what is known to another Redis, or build it anew')
const ACCOUNT = ['--account <account>', 'the account, where the configuration has several'] as const
ledger
  .command('export <file>')
  .description('write the ledger of an account to a file; stop producers and workers first')
  .option(...ACCOUNT)
  .option('--force', 'replace a file that is there', false)
  .action((file: string, options: { account?: string; force: boolean }) =>
    run(undefined, (session) => exportTo(session, file, options, print)),
  )
ledger
  .command('import <file>')
  .description('write such a file into a Redis that has no ledger of the account; one that was broken off goes on')
  .option(...ACCOUNT)
  .action((file: string, options: { account?: string }) =>
    run(undefined, (session) => importFrom(session, file, options, print), { reads: 'any layout' }),
  )
ledger
  .command('rebuild')
  .description('forget the ledger: the next cycle finds everything again in Zendesk, and its plan waits for approval')
  .option(...ACCOUNT)
  .option('--yes', 'do not ask', false)
  .action((options: { account?: string; yes: boolean }) => {
    const terminal = { print, confirm: options.yes ? async () => true : confirmOrRefuse }
    return run(undefined, (session) => rebuild(session, options, terminal), { reads: 'any layout' })
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  if (error.exitCode !== 0) process.exitCode = 2
}
