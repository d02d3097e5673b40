import { sampleCompany } from './company/sample-company.ts'
import { startSlapd } from './servers/slapd.ts'

const { env } = process
const company = sampleCompany()

// The sample company's directory as a service: compose's profile `sandbox` runs it.
const slapd = await startSlapd({
  suffix: company.suffix,
  ldif: company.ldif,
  overlays: ['syncprov'],
  listen: { host: env['DIRECTORY_HOST'] ?? '127.0.0.1', port: Number(env['DIRECTORY_PORT'] ?? 1389) },
  passwords: {
    admin: env['DIRECTORY_ADMIN_PASSWORD'] ?? 'sandbox-admin',
    reader: env['DIRECTORY_READER_PASSWORD'] ?? 'sandbox-reader',
  },
})
process.stdout.write(`${company.name}'s directory at ${slapd.url}, ${company.people.length} people\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void slapd.stop())
