import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { redisSecrets } from '@provisioner/shared/config/config-secrets.ts'
import { learnSecret } from '@provisioner/shared/known-secrets.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { shutdownSignal } from '@provisioner/shared/shutdown.ts'
import { once } from 'node:events'
import { startDashboard } from './dashboard.ts'
import { DashboardSettingsError } from './dashboard-settings-error.ts'
import { loadConnections } from './load-connections.ts'
import { readSettings } from './settings.ts'

const { env } = process
const log = createLogger({ name: 'dashboard', level: env['LOG_LEVEL'] ?? 'info' })
const stop = shutdownSignal()
try {
  const settings = readSettings(env)
  const config = await loadConnections(settings.configPath, env)
  const passwords = settings.credentials.map(({ password }) => password)
  for (const secret of [...redisSecrets(config.redis.url), ...passwords, settings.sessionSecret]) learnSecret(secret)
  await using _dashboard = await startDashboard({ ...settings, config, log })
  if (!stop.aborted) await once(stop, 'abort')
  log.info('Stopping')
} catch (error) {
  process.exitCode = 1
  if (error instanceof ConfigError || error instanceof DashboardSettingsError) {
    process.exitCode = 2
    process.stderr.write(`${error instanceof ConfigError ? formatConfigError(error) : error.message}\n`)
  } else log.fatal({ err: error }, 'Not started')
}
