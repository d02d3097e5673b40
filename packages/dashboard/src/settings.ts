import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Credential } from './access/credentials.ts'
import { isLoopback } from './access/loopback.ts'
import type { Role } from './access/person.ts'
import { DashboardSettingsError } from './dashboard-settings-error.ts'

/** Where and for whom the dashboard runs. The connections come from the product's configuration. */
export interface DashboardSettings {
  /** The product's configuration file. */
  readonly configPath: string
  readonly host: string
  readonly port: number
  /** None: everybody on this machine is an operator, and nobody else gets in. */
  readonly credentials: readonly Credential[]
  /** Signs the sessions; undefined: a new one with every start. */
  readonly sessionSecret: string | undefined
  /** The signing secrets of Zendesk's webhooks, see `readWebhookSecrets`; undefined: none are taken. */
  readonly webhookSecret: string | undefined
  /** Which proxies to believe: `true` for one, a number for so many in a row, or their addresses. */
  readonly trustProxy: boolean | number | string
}

/** An unset variable and an empty one are the same: compose files pass empty ones on. */
const Text = z
  .string()
  .trim()
  .optional()
  .transform((text) => text || undefined)

const Environment = z.object({
  PROVISIONER_CONFIG: Text,
  DASHBOARD_HOST: Text,
  DASHBOARD_PORT: Text.transform((text) => Number(text ?? 3000)).pipe(z.int().min(0).max(65_535)),
  DASHBOARD_OPERATOR: Text,
  DASHBOARD_OPERATOR_FILE: Text,
  DASHBOARD_VIEWER: Text,
  DASHBOARD_VIEWER_FILE: Text,
  DASHBOARD_SESSION_SECRET: Text,
  DASHBOARD_SESSION_SECRET_FILE: Text,
  DASHBOARD_WEBHOOK_SECRET: Text,
  DASHBOARD_WEBHOOK_SECRET_FILE: Text,
  DASHBOARD_TRUST_PROXY: Text,
})

type SecretName = `DASHBOARD_${'OPERATOR' | 'VIEWER' | 'SESSION_SECRET' | 'WEBHOOK_SECRET'}`

/** An address, a network, or one of fastify's names for networks. */
const ProxyAddress = z.union([
  z.enum(['loopback', 'linklocal', 'uniquelocal']),
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
])

/** Reads the settings from the environment. @throws DashboardSettingsError */
export function readSettings(environment: NodeJS.ProcessEnv): DashboardSettings {
  const parsed = Environment.safeParse(environment)
  if (!parsed.success) throw new DashboardSettingsError('DASHBOARD_PORT is not a port: give a number from 0 to 65535')
  const env = parsed.data
  const secret = (name: SecretName) => env[name] ?? readSecret(`${name}_FILE`, env[`${name}_FILE`])
  const credentials = [
    ...credential('operator', 'DASHBOARD_OPERATOR', secret('DASHBOARD_OPERATOR')),
    ...credential('viewer', 'DASHBOARD_VIEWER', secret('DASHBOARD_VIEWER')),
  ]
  const host = env.DASHBOARD_HOST ?? '127.0.0.1'
  assertNotOpenToOthers(host, credentials)
  return {
    configPath: env.PROVISIONER_CONFIG ?? 'provisioner.yaml',
    host,
    port: env.DASHBOARD_PORT,
    credentials,
    sessionSecret: secret('DASHBOARD_SESSION_SECRET'),
    webhookSecret: secret('DASHBOARD_WEBHOOK_SECRET'),
    trustProxy: readProxies(env.DASHBOARD_TRUST_PROXY),
  }
}

/** Without a login only this machine may reach the dashboard. @throws DashboardSettingsError */
export function assertNotOpenToOthers(host: string, credentials: readonly Credential[]): void {
  if (credentials.length > 0 || isLoopback(host)) return
  throw new DashboardSettingsError(
    `The dashboard will not listen on ${host} without a login: set DASHBOARD_OPERATOR to "user:password", or leave DASHBOARD_HOST unset for this machine only`,
  )
}

function readProxies(text: string | undefined): boolean | number | string {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true'
  if (/^\d+$/.test(text)) return Number(text)
  if (text.split(',').every((part) => ProxyAddress.safeParse(part.trim()).success)) return text
  throw new DashboardSettingsError(
    `DASHBOARD_TRUST_PROXY is "${text}": give true for one proxy, the number of proxies in a row, or their addresses, as in "10.0.0.5, 10.1.0.0/16"`,
  )
}

function credential(role: Role, variable: string, text: string | undefined): Credential[] {
  if (text === undefined) return []
  const at = text.indexOf(':')
  if (at < 1 || at === text.length - 1)
    throw new DashboardSettingsError(`${variable} is not a login: write it as "user:password"`)
  return [{ role, name: text.slice(0, at), password: text.slice(at + 1) }]
}

function readSecret(variable: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new DashboardSettingsError(
      `${variable} names ${path}, which cannot be read: check its path and its permissions`,
      { cause },
    )
  }
}
