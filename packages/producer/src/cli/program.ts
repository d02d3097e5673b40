import { Command, Help, Option } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { describeExits } from './exit-codes.ts'
import { commandLine, type CommandLine } from './run-command.ts'

type AddCommand = (line: CommandLine) => void

/** The commands, in the order in which `--help` lists them. One alone is read in a third of the time that all take. */
const COMMANDS: readonly (readonly [names: readonly string[], read: () => Promise<AddCommand>])[] = [
  [['init'], async () => (await import('./commands/init.ts')).addInit],
  [['check'], async () => (await import('./commands/check.ts')).addCheck],
  [['plan'], async () => (await import('./commands/plan.ts')).addPlan],
  [['apply'], async () => (await import('./commands/apply.ts')).addApply],
  [['held'], async () => (await import('./commands/held.ts')).addHeld],
  [['approve', 'reject', 'undecide'], async () => (await import('./commands/decisions.ts')).addDecisions],
  [['cycle'], async () => (await import('./commands/cycle.ts')).addCycle],
  [['sync'], async () => (await import('./commands/sync.ts')).addSync],
  [['pause', 'resume'], async () => (await import('./commands/pause.ts')).addPause],
  [['undo'], async () => (await import('./commands/undo.ts')).addUndo],
  [['status'], async () => (await import('./commands/status.ts')).addStatus],
  [['problems'], async () => (await import('./commands/problems.ts')).addProblems],
  [['retry'], async () => (await import('./commands/retry.ts')).addRetry],
  [['link', 'unlink'], async () => (await import('./commands/link.ts')).addLink],
  [['explain'], async () => (await import('./commands/explain.ts')).addExplain],
  [['map'], async () => (await import('./commands/map.ts')).addMap],
  [['connection'], async () => (await import('./commands/connection.ts')).addConnection],
  [['history'], async () => (await import('./commands/history.ts')).addHistory],
  [['ledger'], async () => (await import('./commands/ledger.ts')).addLedger],
  [['review'], async () => (await import('./commands/review.ts')).addReview],
  [['import-pingfederate'], async () => (await import('./commands/import-pingfederate.ts')).addImportPingFederate],
  // looks at all the others, so it is never read alone
  [[], async () => (await import('./commands/completion.ts')).addCompletion],
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

/**
 * The program `provisioner`, with all its commands or with the one alone that is run by these words. What is wrong with
 * a command line is thrown (`CommanderError`).
 */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
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
  for (const add of await readCommands(words)) add(line)
  for (const { name, command } of namedCommands(program)) command.addHelpText('after', () => describeExits(name))
  return program
}

/** Of other words, such as `--help` and a command that is misspelt, it takes all commands to say what there is. */
async function readCommands([first, , third]: readonly string[]): Promise<readonly AddCommand[]> {
  if (first === '--version' || first === '-V') return []
  const asked = first === '--config' || first === '-c' ? third : first
  const alone = COMMANDS.filter(([names]) => names.includes(asked ?? ''))
  return await Promise.all((alone.length > 0 ? alone : COMMANDS).map(([, read]) => read()))
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
