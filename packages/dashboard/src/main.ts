import { ConfigError, formatConfigError } from '@provisioner/shared/config/config-error.ts'
import { redisSecrets } from '@provisioner/shared/config/config-secrets.ts'
import { loadConnections } from '@provisioner/shared/config/load-connections.ts'
import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { EnvironmentError, logLevelOf } from '@provisioner/shared/environment.ts'
import { learnSecret } from '@provisioner/shared/known-secrets.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { readServiceArguments } from '@provisioner/shared/service-arguments.ts'
import { shutdownSignal } from '@provisioner/shared/shutdown.ts'
import { once } from 'node:events'
import { startDashboard } from './dashboard.ts'
import { DashboardSettingsError } from './dashboard-settings-error.ts'
import { readSettings } from './settings.ts'

readServiceArguments(
  'dashboard',
  'PROVISIONER_CONFIG, LOG_LEVEL, DASHBOARD_HOST, DASHBOARD_PORT, DASHBOARD_OPERATOR, DASHBOARD_VIEWER, ' +
    'DASHBOARD_WEBHOOK_SECRET',
)
readEnvFile()
const { env } = process
let log = createLogger({ name: 'dashboard', level: 'info' })
const stop = shutdownSignal()
try {
  log = createLogger({ name: 'dashboard', level: logLevelOf(env, 'info') })
  const settings = readSettings(env)
  const config = await loadConnections({ path: settings.configPath, env, whole: false })
  const passwords = settings.credentials.map(({ password }) => password)
  for (const secret of [...redisSecrets(config.redis), ...passwords, settings.sessionSecret]) learnSecret(secret)
  for (const part of (settings.webhookSecret ?? '').split(/\s+/).filter(Boolean))
    learnSecret(part.slice(part.indexOf(':') + 1))
  await using _dashboard = await startDashboard({ ...settings, config, log })
  if (!stop.aborted) await once(stop, 'abort')
  log.info('Stopping')
} catch (error) {
  process.exitCode = 1
  if (error instanceof ConfigError || error instanceof DashboardSettingsError || error instanceof EnvironmentError) {
    process.exitCode = 2
    process.stderr.write(`${error instanceof ConfigError ? formatConfigError(error) : error.message}\n`)
  } else log.fatal({ err: error }, 'Not started')
}
