import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { sampleCompany } from './company/sample-company.ts'
import { PLAN_LIMITS, type Plan } from './zendesk-account/account-plan.ts'
import { startZendeskSandbox } from './zendesk-account/start-sandbox.ts'

const PlanName = z.enum(Object.keys(PLAN_LIMITS) as [Plan, ...Plan[]])
const { env } = process
const flag = (name: string) => env[name] === '1' || env[name] === 'true'

const [certFile, keyFile] = [env['SANDBOX_TLS_CERT'], env['SANDBOX_TLS_KEY']]

const sandbox = await startZendeskSandbox({
  host: env['SANDBOX_HOST'] ?? '127.0.0.1',
  port: Number(env['SANDBOX_PORT'] ?? 8080),
  plan: PlanName.parse(env['SANDBOX_PLAN'] ?? 'enterprise'),
  clock: Number(env['SANDBOX_CLOCK'] ?? 1),
  ...(certFile && keyFile && { tls: { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') } }),
  bulkImport: flag('SANDBOX_BULK_IMPORT'),
  credentials: {
    ...(env['SANDBOX_CLIENT_ID'] && { clientId: env['SANDBOX_CLIENT_ID'] }),
    ...(env['SANDBOX_CLIENT_SECRET'] && { clientSecret: env['SANDBOX_CLIENT_SECRET'] }),
    ...(env['SANDBOX_API_EMAIL'] && { email: env['SANDBOX_API_EMAIL'] }),
    ...(env['SANDBOX_API_TOKEN'] && { apiToken: env['SANDBOX_API_TOKEN'] }),
  },
  ...(flag('SANDBOX_SEED_COMPANY') && { before: sampleCompany().zendeskBefore }),
})
process.stdout.write(`Zendesk sandbox at ${sandbox.url}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
