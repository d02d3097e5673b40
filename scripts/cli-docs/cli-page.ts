import { EXIT, MEANINGS, type Exit } from '../../packages/producer/src/cli/exit-codes.ts'
import { createProgram, HELP_STYLE, namedCommands } from '../../packages/producer/src/cli/program.ts'

export const CLI_PAGE = 'docs/cli.md'

type Command = ReturnType<typeof createProgram>

/** Columns of the page's code. */
const WIDTH = 100

const INTRO = `# The command line

What every command of \`provisioner\` says of itself. This page is generated: \`node scripts/generate-cli-docs.ts\`.

\`\`\`sh
provisioner COMMAND [CONNECTION] [OPTIONS]
\`\`\`

Without a connection a command is about all that the configuration has. \`provisioner\` is on the PATH of the containers
(\`docker compose exec producer provisioner status\`), and [without Docker](without-docker.md) in \`node_modules/.bin\`.

## For scripts

| exit code | meaning |
|---|---|
`

const SCRIPTS = `
These are the codes of every command. Those that say more of theirs say it below, and in their \`--help\`.

With \`--json\`, standard output is JSON and nothing else: an object on a line of its own for each connection (or
account, where the command is about accounts), which names it, unless the command says that it prints one document. A
command that could do nothing prints \`{"error": {"code", "message"}}\` as its last line, and the same in words to
standard error; of a command line that can't be read there are the words alone. Fields may be added; what is there
keeps its name and its meaning. Values of attributes that are \`masked\` are in no output.

Every command takes \`--config PATH\` (\`-c\`), the configuration, which is \`PROVISIONER_CONFIG\` or \`provisioner.yaml\`
otherwise. Colours are for terminals: there are none with \`--no-color\`, with \`NO_COLOR\` in the environment, in a pipe
or in a file. Only on a terminal does anything ask, and show how far it has come.

`

/** The page about the program's commands. */
export function cliPage(): string {
  const own = namedCommands(createProgram()).filter(({ command }) => command.commands.length === 0)
  const codes = Object.entries(EXIT).map(([exit, code]) => `| ${code} | ${MEANINGS[exit as Exit]} |\n`)
  const list = own.map(
    ({ name, command }) => `| [\`${name}\`](#${anchorOf(name)}) | ${cell(command.description())} |\n`,
  )
  return [
    INTRO,
    ...codes,
    SCRIPTS,
    '## The commands\n\n| command | to |\n|---|---|\n',
    ...list,
    ...own.map(sectionOf),
  ].join('')
}

/** What a command says of itself with `--help`, without the options that all have. */
export function helpOf(command: Command): string {
  let help = ''
  command
    .configureHelp({ ...HELP_STYLE, helpWidth: WIDTH, showGlobalOptions: false })
    .configureOutput({ writeOut: (text: string) => (help += text) })
    .outputHelp()
  return help
}

function sectionOf({ name, command }: { readonly name: string; readonly command: Command }): string {
  return `\n## ${name}\n\n${code(helpOf(command))}`
}

function code(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

function anchorOf(name: string): string {
  return name.replaceAll(' ', '-')
}
