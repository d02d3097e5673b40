#!/usr/bin/env node
import { Command } from 'commander'
import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { errorWithoutSecrets, withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { Verdict } from '@provisioner/shared/ledger/decision.ts'
import { confirm } from './confirm.ts'
import { decide, type DecideOptions } from './decide.ts'
import { GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import { explainMapping } from './explain-mapping.ts'
import { openSession, type CliSession } from './session.ts'
import { showHeld } from './show-held.ts'
import { showPlan } from './show-plan.ts'
import { showProblems, showStatus } from './show-status.ts'

const print = (text: string): void => void process.stdout.write(`${withoutSecrets(text)}\n`)
// `provisioner problems | head`: whoever reads has read enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

/** Runs one command and closes what it opened. A known error is one line and exit code 1; any other keeps its stack. */
async function run(connection: string | undefined, command: (session: CliSession) => Promise<unknown>): Promise<void> {
  try {
    await using session = await openSession({ configPath: program.opts<{ config: string }>().config, connection })
    if ((await command(session)) === false) process.exitCode = 1
  } catch (error) {
    process.exitCode = 1
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
}

function runDecision(connection: string | undefined, verdict: Verdict, options: DecideOptions & { yes?: boolean }) {
  const terminal = { print, confirm: options.yes ? async () => true : confirm }
  return run(connection, async (session) => (await decide(session, verdict, options, terminal)) > 0)
}

const ONLY = `a category of the guard: ${GUARD_CATEGORIES.join(', ')}; clearings:ATTRIBUTE, updates:ATTRIBUTE. Of a first plan users, groups and memberships are all changes of that kind`

const program = new Command('provisioner')
  .description('Keeps the users, groups and memberships of Zendesk equal to an LDAP directory')
  .option('-c, --config <path>', 'configuration file', process.env['PROVISIONER_CONFIG'] ?? 'provisioner.yaml')

program
  .command('plan [connection]')
  .description('show what a cycle would do; writes nothing')
  .option('--all', 'list every change and problem', false)
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { all: boolean; json: boolean }) =>
    run(connection, (session) => showPlan(session, options, print)),
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
  .option('--yes', 'do not ask on a terminal', false)
  .action((connection, options: DecideOptions & { includeRejected: boolean; yes: boolean }) =>
    runDecision(connection, options.includeRejected ? 'approve --include-rejected' : 'approve', options),
  )
decision('reject', 'reject what is held and nobody has decided on, or a part of the first plan').action(
  (connection, options: DecideOptions) => runDecision(connection, 'reject', options),
)
program
  .command('undecide [connection]')
  .description('take decisions back that are not carried out yet')
  .requiredOption('--matching <text>', 'part of a DN, an address or a name')
  .option('--only <category>', ONLY)
  .option('--reason <text>', 'why; is kept in the log of decisions')
  .option('--all', 'list every change', false)
  .action((connection, options: DecideOptions) => runDecision(connection, 'undecide', options))
program
  .command('cycle [connection]')
  .description('start a cycle now')
  .action((connection) =>
    run(connection, async (session) => {
      for (const { id } of session.connections) {
        await session.startCycle(id)
        print(`Connection '${id}': a cycle is asked for.`)
      }
    }),
  )
program
  .command('status [connection]')
  .description('show the last cycle, what waits and what is wrong')
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { json: boolean }) => run(connection, (session) => showStatus(session, options, print)))
program
  .command('problems [connection]')
  .description('show every problem, with what to do')
  .option('--json', 'one JSON line per connection', false)
  .action((connection, options: { json: boolean }) =>
    run(connection, (session) => showProblems(session, options, print)),
  )
program
  .command('map <dn>')
  .description('show what one entry maps to, step by step')
  .action((dn: string) => run(undefined, (session) => explainMapping(session, dn, print)))

await program.parseAsync()
