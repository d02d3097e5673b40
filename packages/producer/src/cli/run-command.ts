import type { Command } from 'commander'
import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { EnvironmentError } from '@provisioner/shared/environment.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { errorWithoutSecrets, withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { LedgerLayoutError } from '@provisioner/shared/redis-errors.ts'
import { CommandLineError } from './command-line-error.ts'
import { errorAsJson } from './error-as-json.ts'
import { EXIT, STATUS_CODES } from './exit-codes.ts'
import type { CliSession, openSession } from './session.ts'
import { tellUsage } from './usage-hint.ts'

/** What a command may want besides its connection. */
export interface RunOptions {
  /** What it looks at, see `openSession`. */
  readonly reads?: Parameters<typeof openSession>[0]['reads']
  /** Ends as what stands still where another version left the ledger. */
  readonly tellsHealth?: boolean
}

/** What every command of the command line is made with. */
export interface CommandLine {
  readonly program: Command
  /**
   * Runs one command and closes what it opened; `false` ends with exit code 1, a number is the exit code. A known error
   * is one line, with exit code 2 for a configuration, an environment or a command line that can't work and 1
   * otherwise; any other keeps its stack. With --json it is a line of standard output too.
   */
  readonly run: (
    connection: string | undefined,
    command: (session: CliSession) => Promise<unknown>,
    options?: RunOptions,
  ) => Promise<void>
  /** The same for a command that opens what it needs itself, if anything. */
  readonly runAlone: (command: (configPath: string) => Promise<unknown>) => Promise<void>
  /** Writes a line to standard output, without what is known as a secret. */
  readonly print: (text: string) => void
}

/** What a retry with the same files and arguments can't change. */
const UNFIT = [ConfigError, EnvironmentError, CommandLineError]

/** The command line of a program that has the option `--config`. */
export function commandLine(program: Command): CommandLine {
  const configPath = () => program.opts<{ config: string }>().config
  const print = (text: string) => void process.stdout.write(`${withoutSecrets(text)}\n`)
  let speaksJson = false
  tellUsage(program)
  program.hook('preAction', (_, command) => {
    speaksJson = command.opts<{ json?: boolean }>().json === true
    // Node.js and the packages that colour all ask the environment.
    if (program.opts<{ color: boolean }>().color === false) process.env['NO_COLOR'] = '1'
  })
  const telling = (run: () => Promise<unknown>, options?: RunOptions) =>
    tellFaults(run, (error) => speaksJson && print(errorAsJson(error)), options)
  return {
    program,
    print,
    runAlone: (command) => telling(() => command(configPath())),
    run: (connection, command, { reads = 'ledger', tellsHealth = false } = {}) =>
      telling(
        async () => {
          const { openSession } = await import('./session.ts')
          await using session = await openSession({ configPath: configPath(), connection, reads })
          return await command(session).catch(async (error: unknown) => {
            throw await session.explain(error)
          })
        },
        { tellsHealth },
      ),
  }
}

async function tellFaults(
  run: () => Promise<unknown>,
  tell: (error: ProvisioningError) => void,
  { tellsHealth = false }: RunOptions = {},
): Promise<void> {
  try {
    const done = await run()
    if (done === false) process.exitCode = EXIT.failed
    if (typeof done === 'number') process.exitCode = done
  } catch (error) {
    process.exitCode = UNFIT.some((kind) => error instanceof kind) ? EXIT.unfit : EXIT.failed
    if (tellsHealth && error instanceof LedgerLayoutError) process.exitCode = STATUS_CODES.stopped
    if (error instanceof ProvisioningError) tell(error)
    if (error instanceof ConfigError) process.stderr.write(`${formatConfigError(error)}\n`)
    else if (error instanceof ProvisioningError) process.stderr.write(`${error.code}: ${error.message}\n`)
    else throw errorWithoutSecrets(error)
  }
}
