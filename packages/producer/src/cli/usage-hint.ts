import type { Command } from 'commander'

/**
 * Has the command that is called tell, after what is wrong with its command line, how it is used: nobody knows by
 * `missing required argument 'who'` how somebody is named.
 */
export function tellUsage(program: Command): void {
  tellUsageOf(program)
  program.hook('preSubcommand', (_, called) => tellUsage(called))
}

function tellUsageOf(command: Command): void {
  command.configureOutput({ outputError: (text, write) => write(`${text}${usageHint(command)}`) })
}

/** The command's usage and its example, as its `--help` has them. */
function usageHint(command: Command): string {
  const usage = command.createHelp().commandUsage(command)
  const name = usage.replace(/ \[options\].*$/, '')
  const example = /^Examples?\b.*:\n(?:.+\n?)*/m.exec(wholeHelp(command))?.[0].trimEnd()
  return ['', `Usage: ${usage}`, ...(example ? [example] : []), '', `'${name} --help' says more.`, ''].join('\n')
}

function wholeHelp(command: Command): string {
  const { writeOut } = command.configureOutput()
  let help = ''
  command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp()
  command.configureOutput({ ...(writeOut && { writeOut }) })
  return help
}
