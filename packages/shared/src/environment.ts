import { ProvisioningError } from './errors.ts'

/** Thrown when a variable of the environment has a value that can't work. */
export class EnvironmentError extends ProvisioningError {
  override name = 'EnvironmentError' as const
  override readonly code = 'ENVIRONMENT_INVALID' as const
}

/** pino's, and its word for none. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * `LOG_LEVEL`. An unset variable and an empty one are the same: compose files pass empty ones on.
 * @throws EnvironmentError
 */
export function logLevelOf(env: NodeJS.ProcessEnv, otherwise: string): string {
  const level = env['LOG_LEVEL']?.trim() || otherwise
  if (LEVELS.includes(level)) return level
  throw new EnvironmentError(`LOG_LEVEL is '${level}'; give one of ${LEVELS.join(', ')}, or leave it unset`)
}

/** `HEALTH_HOST` and `HEALTH_PORT`, where health is served; port 0 for any free one. @throws EnvironmentError */
export function healthAddressOf(
  env: NodeJS.ProcessEnv,
  defaultPort: number,
): { readonly host: string; readonly port: number } {
  const text = env['HEALTH_PORT']?.trim() || String(defaultPort)
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65_535)) throw new EnvironmentError(`HEALTH_PORT is '${text}'; give a port from 0 to 65535`)
  return { host: env['HEALTH_HOST']?.trim() || '0.0.0.0', port }
}
