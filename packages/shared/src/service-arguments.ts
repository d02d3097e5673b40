import manifest from '../package.json' with { type: 'json' }

/**
 * Answers `--version` and `--help` of a service, which has no other arguments: its settings are environment variables.
 * Ends the process with 0 after an answer, with 2 for anything else, and returns when there is nothing to say.
 *
 * @param service producer, worker or dashboard
 * @param variables names of the environment variables that the service reads
 */
export function readServiceArguments(
  service: string,
  variables: string,
  args: readonly string[] = process.argv.slice(2),
): void {
  const [first] = args
  if (first === undefined) return
  const name = `provisioner-${service}`
  const isAlone = args.length === 1
  if (isAlone && (first === '--version' || first === '-V')) end(0, manifest.version)
  if (isAlone && (first === '--help' || first === '-h'))
    end(
      0,
      `Usage: ${name}\n\nRuns the ${service} until SIGTERM or SIGINT. Its settings are environment variables, or stand in the file .env\n` +
        `of the working directory: ${variables},\nand what the configuration names by \${env:NAME}. docs/operations.md says what they mean.`,
    )
  const unfit = args.find((one) => !isAnswered(one)) ?? args[1]
  end(
    2,
    `${name} takes no argument '${unfit}': its settings are environment variables, such as PROVISIONER_CONFIG for the configuration ('${name} --help')`,
  )
}

function isAnswered(argument: string): boolean {
  return ['--version', '-V', '--help', '-h'].includes(argument)
}

function end(code: number, text: string): never {
  const stream = code === 0 ? process.stdout : process.stderr
  stream.write(`${text}\n`)
  process.exit(code)
}
