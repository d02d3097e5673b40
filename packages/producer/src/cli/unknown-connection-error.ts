import { CommandLineError } from './command-line-error.ts'

/** Thrown for a connection that the configuration does not have. */
export class UnknownConnectionError extends CommandLineError {
  override name = 'UnknownConnectionError' as const
  override readonly code = 'CONNECTION_UNKNOWN' as const

  constructor(asked: string, known: readonly string[]) {
    super(`The configuration has no connection '${asked}'; it has ${known.join(', ')}`)
  }
}
