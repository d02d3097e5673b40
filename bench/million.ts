import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { benchConfig } from './config.ts'
import { runMeasured, type Measured } from './measured-process.ts'
import { finding, type Finding } from './result.ts'
import { startSandbox } from './stage.ts'

const LARGE = 1_000_000
const SMALL = 100_000

/** Goals of DESIGN's table: how often the time of the small one, and MB. */
const TIMES = 11
const PEAK_MB = 384

/** A million entries, of which none has changed, against a tenth of them. */
export async function million(): Promise<Finding> {
  const [small, large] = [await quietCycle(SMALL), await quietCycle(LARGE)]
  return finding('million', {
    measured: large.seconds,
    reference: small.seconds,
    goal: `<= ${TIMES}`,
    also: large.mb <= PEAK_MB,
    rows: [
      [`${SMALL} entries: quiet cycle, s`, small.seconds.toFixed(2)],
      [`${SMALL} entries: the producer's peak, MB`, small.mb.toFixed(0)],
      [`${LARGE} entries: quiet cycle, s`, large.seconds.toFixed(2)],
      [`${LARGE} entries: the producer's peak, MB (goal ${PEAK_MB})`, large.mb.toFixed(0)],
    ],
  })
}

async function quietCycle(people: number): Promise<Measured> {
  await using redis = await startRedis()
  await using account = await startSandbox({ limits: 'off' })
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-bench-'))
  try {
    const config = join(folder, 'provisioner.yaml')
    const slapd = { url: 'ldap://127.0.0.1:1', readerDn: 'cn=reader', readerPassword: 'none' }
    const zendeskUrl = account.view.url
    await writeFile(config, benchConfig({ slapd, zendeskUrl, redis: { url: redis.url }, over: { groups: undefined } }))
    await run('enter', people, config)
    return await run('cycle', people, config)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(what: 'enter' | 'cycle', people: number, config: string): Promise<Measured> {
  return runMeasured('million-process.ts', [what, String(people), config])
}
