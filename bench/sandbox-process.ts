import { startZendeskSandbox, type SandboxOptions } from '../packages/sandbox/src/zendesk-account/start-sandbox.ts'

/** The sandbox in a process of its own, so that it takes no time of the product's: its options come as JSON. */
const sandbox = await startZendeskSandbox(JSON.parse(process.argv[2] ?? '{}') as SandboxOptions)
process.stdout.write(`${JSON.stringify({ url: sandbox.url, credentials: sandbox.credentials })}\n`)
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit(0)))
