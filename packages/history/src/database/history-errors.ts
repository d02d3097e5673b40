import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** Thrown to who reads a history that has no file yet, or lies elsewhere. */
export class HistoryMissingError extends ProvisioningError {
  override name = 'HistoryMissingError' as const
  override readonly code = 'HISTORY_MISSING' as const

  constructor(path: string) {
    super(
      `There is no history at ${path}: a producer makes it once something has happened. Run this where the producer ` +
        'runs, with its PROVISIONER_DATA, as in: docker compose exec producer provisioner history',
    )
  }
}

/** Thrown when the history's database does not answer, or refuses. */
export class HistoryAwayError extends ProvisioningError {
  override name = 'HistoryAwayError' as const
  override readonly code = 'HISTORY_AWAY' as const

  constructor(where: string, cause: unknown) {
    super(`The history's database ${where} can't be used: ${wordsOf(cause)}`, { cause })
  }
}

/** Thrown for a database that another version of the product has made. */
export class HistorySchemaError extends ProvisioningError {
  override name = 'HistorySchemaError' as const
  override readonly code = 'HISTORY_SCHEMA' as const
}

/** What a driver says; of several addresses that were tried in vain what the first says. */
export function wordsOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return wordsOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}
