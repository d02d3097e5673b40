import tab from '@bomb.sh/tab/commander'
import { COMPLETION_SCRIPTS, SHELLS } from '../completion-scripts.ts'
import { connectionIds } from '../connection-ids.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  echo 'source <(provisioner completion bash)' >> ~/.bashrc
  echo 'source <(provisioner completion zsh)' >> ~/.zshrc       # below compinit
  provisioner completion fish > ~/.config/fish/completions/provisioner.fish

Commands and options are completed, and the connections of the configuration.`

/** What the shells ask, hidden: which words may follow. */
const ASKED = 'complete'

/** `completion`. It looks at the commands that the program has by then, and comes last. */
export function addCompletion({ program, print }: CommandLine): void {
  const root = tab(program, { completionCommandName: 'completion' })
  const completion = program.commands.find((one) => one.name() === 'completion')!
  // The package's own scripts complete no files, and evaluate what was typed.
  completion.registeredArguments[0]!.choices(SHELLS).description = 'the shell that is to read it'
  completion
    .description('print what makes a shell complete commands, options and connections')
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) => print(COMPLETION_SCRIPTS[shell]))
  let connections: readonly string[] = []
  program.hook('preAction', async (_, command) => {
    if (command.name() === ASKED)
      connections = await connectionIds(program.opts<{ config: string }>().config, command.args)
  })
  for (const command of root.commands.values()) {
    const connection = command.arguments.get('connection')
    if (connection) connection.handler = (complete) => connections.forEach((id) => complete(id, 'connection'))
  }
}
