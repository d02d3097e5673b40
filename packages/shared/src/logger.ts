import { pino, type DestinationStream, type Logger } from 'pino'
import { describeError } from './describe-error.ts'
import { withoutSecrets } from './known-secrets.ts'
import { standardOutput } from './log-output.ts'

export type { DestinationStream as LogDestination, Logger } from 'pino'

/** Names of properties that hold secrets, wherever they stand in the first three levels of a logged object. */
const SECRETS = [
  'authorization',
  'Authorization',
  'cookie',
  'password',
  'bindPassword',
  'secret',
  'clientSecret',
  'client_secret',
  'token',
  'apiToken',
  'api_token',
  'access_token',
  'refresh_token',
]

/**
 * Makes the log of one component: JSON lines with ISO time, secrets replaced: by their names, and known ones wherever
 * they stand. Messages are static; what they are about
 * stands in the object, an error under `err`.
 */
export function createLogger({
  name,
  level,
  destination = standardOutput,
}: {
  name: string
  level: string
  destination?: DestinationStream
}): Logger {
  const options = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
  }
  return pino(options, { write: (line) => destination.write(withoutSecrets(line)) })
}
