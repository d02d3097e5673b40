import { freePort } from '../packages/sandbox/src/servers/free-port.ts'
import { CHECKS } from './container-test/checks.ts'
import { findEngine, type Engine } from './container-test/engine.ts'

/**
 * Runs `docker compose --profile sandbox` on a real engine: builds the image, scales workers, kills one in mid-load,
 * and ends in sync. Skipped, and counted as skipped, where there is no engine and no way to get one.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function run(): Promise<{ passed: number; failed: number; skipped: number }> {
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: `provisioner-test-${process.pid}`,
    DASHBOARD_PUBLISHED_PORT: String(await freePort()),
    ZENDESK_PUBLISHED_PORT: String(await freePort()),
  }
  await using engine = await findEngine(env, say)
  if (!engine) {
    say('SKIPPED: no Docker engine answers here, and ../shared/lab/docker-engine, which could start one, is not there')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  say('Building the image')
  for (const target of ['product', 'sandbox'])
    await engine.docker(
      'build',
      '--quiet',
      '--network',
      'host',
      '--target',
      target,
      '--tag',
      target === 'product' ? 'zendesk-provisioner' : 'zendesk-provisioner-sandbox',
      '.',
    )
  try {
    return { ...(await runChecks(engine)), skipped: 0 }
  } finally {
    await engine
      .compose('down', '--volumes', '--remove-orphans', '--timeout', '5')
      .catch((error: unknown) => say(`Not taken down: ${String(error)}`))
  }
}

async function runChecks(engine: Engine): Promise<{ passed: number; failed: number }> {
  let passed = 0
  for (const check of CHECKS) {
    const began = Date.now()
    try {
      await check.run(engine)
      passed++
      say(`  ✓ ${check.name} (${Math.round((Date.now() - began) / 1000)} s)`)
    } catch (error) {
      say(`  ✗ ${check.name}: ${error instanceof Error ? error.message : String(error)}`)
      say(await engine.compose('logs', '--tail', '15').catch(() => 'no logs'))
      return { passed, failed: CHECKS.length - passed }
    }
  }
  return { passed, failed: 0 }
}

let result = { passed: 0, failed: 1, skipped: 0 }
try {
  result = await run()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
say(`\n${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`)
process.exitCode = result.failed > 0 ? 1 : 0
