import { Command, Help, Option } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { addApply } from './commands/apply.ts'
import { addCheck } from './commands/check.ts'
import { addCompletion } from './commands/completion.ts'
import { addConnection } from './commands/connection.ts'
import { addCycle } from './commands/cycle.ts'
import { addDecisions } from './commands/decisions.ts'
import { addExplain } from './commands/explain.ts'
import { addHeld } from './commands/held.ts'
import { addHistory } from './commands/history.ts'
import { addInit } from './commands/init.ts'
import { addImportPingFederate } from './commands/import-pingfederate.ts'
import { addLedger } from './commands/ledger.ts'
import { addLink } from './commands/link.ts'
import { addMap } from './commands/map.ts'
import { addPause } from './commands/pause.ts'
import { addPlan } from './commands/plan.ts'
import { addProblems } from './commands/problems.ts'
import { addRetry } from './commands/retry.ts'
import { addReview } from './commands/review.ts'
import { addStatus } from './commands/status.ts'
import { addSync } from './commands/sync.ts'
import { describeExits } from './exit-codes.ts'
import { addUndo } from './commands/undo.ts'
import { commandLine, type CommandLine } from './run-command.ts'

/** The commands, in the order in which `--help` lists them. */
const COMMANDS: readonly ((line: CommandLine) => void)[] = [
  addInit,
  addCheck,
  addPlan,
  addApply,
  addHeld,
  addDecisions,
  addCycle,
  addSync,
  addPause,
  addUndo,
  addStatus,
  addProblems,
  addRetry,
  addLink,
  addExplain,
  addMap,
  addConnection,
  addHistory,
  addLedger,
  addReview,
  addImportPingFederate,
  // looks at all the others
  addCompletion,
]

/** What a switch is unless it is given needs no words. */
export const HELP_STYLE = {
  optionDescription: (option: Option) => new Help().optionDescription(option).replace(' (default: false)', ''),
}

const HELP = `
Example:
  provisioner check             is everything set up right?
  provisioner plan              what would be done?
  provisioner approve staff     do it
  provisioner status            and since then?`

/** The program `provisioner` with all its commands. What is wrong with a command line is thrown (`CommanderError`). */
export function createProgram(): Command {
  const program = new Command('provisioner')
    .description('Keeps the users, groups and memberships of Zendesk equal to an LDAP directory')
    .version(manifest.version)
    .configureHelp({ ...HELP_STYLE, showGlobalOptions: true })
    .exitOverride()
    .addOption(
      new Option('-c, --config <path>', 'configuration file').default(
        process.env['PROVISIONER_CONFIG'] || 'provisioner.yaml',
        'PROVISIONER_CONFIG, or provisioner.yaml',
      ),
    )
    .option('--no-color', 'without colours, which only a terminal gets; NO_COLOR in the environment does the same')
    .addHelpText('after', HELP)
  const line = commandLine(program)
  for (const add of COMMANDS) add(line)
  for (const { name, command } of namedCommands(program)) command.addHelpText('after', () => describeExits(name))
  return program
}

/** The program, whose name is empty, and all its commands that are shown, by their names: `ledger export`. */
export function namedCommands(program: Command, above = ''): { readonly name: string; readonly command: Command }[] {
  return [
    { name: above, command: program },
    ...program
      .createHelp()
      .visibleCommands(program)
      .filter((one) => one.name() !== 'help')
      .flatMap((one) => namedCommands(one, `${above} ${one.name()}`.trim())),
  ]
}
