import { existsSync, readFileSync } from 'node:fs'
import { EXIT, MEANINGS, type Exit } from '../../packages/producer/src/cli/exit-codes.ts'
import { createProgram, HELP_STYLE, namedCommands } from '../../packages/producer/src/cli/program.ts'

export const CLI_PAGE = 'docs/cli.md'

type Command = Awaited<ReturnType<typeof createProgram>>

/** Columns of the page's code. */
const WIDTH = 100

const INTRO = `# The command line

What every command of \`provisioner\` says of itself, and what it prints on a company of six: one story, from the first
look to the last, of which each command shows its part. A line that begins with \`#\` tells what had happened before.
This page is generated: \`node scripts/generate-cli-docs.ts\`.

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
or in a file. Only on a terminal does anything ask, and show how far it has come; elsewhere \`plan\`, \`check\`, \`sync\`
and \`review\` say once what they begin, to standard error, and nothing with \`--json\`.

`

/** The page about the program's commands. */
export async function cliPage(): Promise<string> {
  const own = await shownCommands()
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

/** The commands that do something: of `history` and `history verify` both, of `ledger` only those below it. */
export async function shownCommands(): Promise<ReturnType<typeof namedCommands>> {
  return namedCommands(await createProgram()).filter(
    ({ command }) => command.commands.length === 0 || command.registeredArguments.length > 0,
  )
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
  const printed = seen(name, 'txt')
  const json = seen(name, 'yaml')
  return [
    `\n## ${name}\n\n${code(helpOf(command))}`,
    ...(printed === undefined ? [] : [`\nFor example:\n\n${code(printed)}`]),
    ...(json === undefined ? [] : [`\n<details><summary>What <code>--json</code> is made of</summary>\n\n`]),
    ...(json === undefined ? [] : [`${code(json, 'yaml')}\n</details>\n`]),
  ].join('')
}

/** What a command was seen to print, or of what its JSON was made: `test/e2e/documented-output.test.ts` keeps it. */
function seen(name: string, kind: 'txt' | 'yaml'): string | undefined {
  const file = new URL(`outputs/${anchorOf(name)}.${kind}`, import.meta.url)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function code(text: string, language = 'text'): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

function anchorOf(name: string): string {
  return name.replaceAll(' ', '-')
}
