#!/usr/bin/env node
import { Command } from 'commander'
import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { decide, showHeld } from './decide.ts'
import { explainMapping } from './explain-mapping.ts'
import { openSession, type CliSession } from './session.ts'
import { showPlan } from './show-plan.ts'
import { showProblems, showStatus } from './show-status.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Runs one command and closes what it opened. A known error is one line and exit code 1; any other keeps its stack. */
async function run(connection: string | undefined, command: (session: CliSession) => Promise<unknown>): Promise<void> {
  try {
    await using session = await openSession({ configPath: program.opts<{ config: string }>().config, connection })
    if ((await command(session)) === false) process.exitCode = 1
  } catch (error) {
    process.exitCode = 1
    if (error instanceof ConfigError) process.stderr.write(`${formatConfigError(error)}\n`)
    else if (error instanceof ProvisioningError) process.stderr.write(`${error.code}: ${error.message}\n`)
    else throw error
  }
}

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
  .description('show what waits for approval')
  .action((connection) => run(connection, (session) => showHeld(session, print)))
for (const [name, decision] of [
  ['approve', 'approved'],
  ['reject', 'rejected'],
] as const)
  program
    .command(`${name} [connection]`)
    .description(`${name} what is held${name === 'approve' ? ', or the first plan' : ''}`)
    .option('--only <category>', 'users, groups, memberships, clearings or clearings:ATTRIBUTE')
    .option('--matching <text>', 'part of a DN, an address or a name')
    .action((connection, options: { only?: string; matching?: string }) =>
      run(connection, async (session) => (await decide(session, decision, options, print)) > 0),
    )
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
