import { ProvisioningError } from '../errors.ts'

/** One mistake in a configuration file. */
export interface ConfigMistake {
  /** From 1; undefined when the file could not be read at all. */
  readonly line?: number
  readonly column?: number
  /** `connections[0].guard.users.share`; empty for the file as a whole. */
  readonly key: string
  /** What stands there, never a secret's value. */
  readonly found: string
  readonly allowed: string
}

/** Thrown when a configuration can't be used. It lists all mistakes at once. */
export class ConfigError extends ProvisioningError {
  override name = 'ConfigError' as const
  override readonly code = 'CONFIG_INVALID' as const
  readonly path: string
  readonly mistakes: readonly ConfigMistake[]

  constructor(path: string, mistakes: readonly ConfigMistake[]) {
    super(
      `${path} has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}:\n${mistakes.map((mistake) => describe(path, mistake)).join('\n')}`,
    )
    this.path = path
    this.mistakes = mistakes
  }
}

/** The error for a terminal: one line per mistake, each clickable. */
export function formatConfigError(error: ConfigError): string {
  return error.message
}

function describe(path: string, { line, column, key, found, allowed }: ConfigMistake): string {
  const place = line === undefined ? path : `${path}:${line}:${column ?? 1}`
  return `  ${place}  ${key === '' ? '' : `${key}: `}found ${found}; allowed: ${allowed}`
}
