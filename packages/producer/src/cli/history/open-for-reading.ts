import { loadHistory } from '@provisioner/shared/config/load-history.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { HistoryAwayError } from '@provisioner/history/database/history-errors.ts'
import { assertSchema } from '@provisioner/history/database/migrate.ts'
import { dataFolder, openHistory, type History } from '@provisioner/history/database/open-history.ts'
import { CommandLineError } from '../command-line-error.ts'
import { UnknownConnectionError } from '../unknown-connection-error.ts'

/** Thrown where the configuration says that no history is kept. */
export class HistoryOffError extends CommandLineError {
  override name = 'HistoryOffError' as const
  override readonly code = 'HISTORY_OFF' as const

  constructor() {
    super("No history is kept: the configuration has 'history: off'")
  }
}

/** The history, and the accounts whose events a command is about. */
export interface ReadHistory extends AsyncDisposable {
  readonly history: History
  readonly accounts: readonly string[]
}

/**
 * Opens the history for reading, without Redis. @param connection narrows it to the account of one
 * @throws ConfigError, UnknownConnectionError, HistoryOffError, HistoryMissingError, HistorySchemaError,
 *   HistoryAwayError
 */
export async function openForReading(configPath: string, connection?: string): Promise<ReadHistory> {
  const file = { path: configPath, pathFrom: '--config or PROVISIONER_CONFIG', env: process.env }
  const { history: config, connections } = await loadHistory(file)
  const chosen = connections.filter(({ id }) => connection === undefined || id === connection)
  if (chosen.length === 0)
    throw new UnknownConnectionError(
      connection ?? '',
      connections.map(({ id }) => id),
    )
  if (config === 'off') throw new HistoryOffError()
  const history = openHistory({ url: config.url, folder: dataFolder(process.env), readOnly: true })
  try {
    await assertSchema(history)
  } catch (error) {
    await history[Symbol.asyncDispose]()
    throw error
  }
  return {
    history,
    accounts: [...new Set(chosen.map(({ account }) => account))],
    [Symbol.asyncDispose]: () => history[Symbol.asyncDispose](),
  }
}

/** The error to tell in place of what a database threw. */
export function toldOf({ where }: History, error: unknown): unknown {
  return error instanceof ProvisioningError ? error : new HistoryAwayError(where, error)
}
