import { pino, type DestinationStream, type Logger } from 'pino'

export type { DestinationStream as LogDestination, Logger } from 'pino'

/** Names of properties that hold secrets, wherever they stand in a logged object. */
const SECRETS = [
  'authorization',
  'password',
  'bindPassword',
  'clientSecret',
  'apiToken',
  'token',
  'access_token',
  'secret',
]

/**
 * Makes the log of one component: JSON lines with ISO time, secrets replaced. Messages are static; what they are about
 * stands in the object.
 */
export function createLogger({
  name,
  level,
  destination,
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
    redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
