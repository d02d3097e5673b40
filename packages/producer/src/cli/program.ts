import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { addCheck } from './commands/check.ts'
import { addCycle } from './commands/cycle.ts'
import { addDecisions } from './commands/decisions.ts'
import { addExplain } from './commands/explain.ts'
import { addHeld } from './commands/held.ts'
import { addHistory } from './commands/history.ts'
import { addInit } from './commands/init.ts'
import { addImportPingFederate } from './commands/import-pingfederate.ts'
import { addLedger } from './commands/ledger.ts'
import { addMap } from './commands/map.ts'
import { addPause } from './commands/pause.ts'
import { addPlan } from './commands/plan.ts'
import { addProblems } from './commands/problems.ts'
import { addReview } from './commands/review.ts'
import { addStatus } from './commands/status.ts'
import { addSync } from './commands/sync.ts'
import { commandLine, type CommandLine } from './run-command.ts'

/** The commands, in the order in which `--help` lists them. */
const COMMANDS: readonly ((line: CommandLine) => void)[] = [
  addInit,
  addCheck,
  addPlan,
  addHeld,
  addDecisions,
  addCycle,
  addSync,
  addPause,
  addStatus,
  addProblems,
  addExplain,
  addMap,
  addHistory,
  addLedger,
  addReview,
  addImportPingFederate,
]

/** The program `provisioner` with all its commands. What is wrong with a command line is thrown (`CommanderError`). */
export function createProgram(): Command {
  const program = new Command('provisioner')
    .description('Keeps the users, groups and memberships of Zendesk equal to an LDAP directory')
    .version(manifest.version)
    .exitOverride()
    .option('-c, --config <path>', 'configuration file', process.env['PROVISIONER_CONFIG'] || 'provisioner.yaml')
  const line = commandLine(program)
  for (const add of COMMANDS) add(line)
  return program
}
