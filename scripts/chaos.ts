import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { SIZES } from '../test/chaos/chaos-size.ts'
import { DISTURBANCES, type Disturbance } from '../test/chaos/disturb.ts'
import { runSeed, type ChaosResult } from '../test/chaos/run-seed.ts'

/**
 * Lives through seeds one after the other, and tells what came of each.
 *
 *   npm run chaos -- --seeds 200 --from 1          many, from any first seed
 *   npm run chaos -- --seeds 1 --from 17           one again
 *   … --size small                                 a tenth of the people, and two fifths of the time
 *   … --only "kill worker,cut redis"               these disturbances alone; `--only none` for none
 *   … --faults 0                                   the share of Zendesk's requests that fail
 *   … --at-once 5                                  so many seeds side by side; each waits most of its time
 *
 * What a failing seed did, and what its processes said, goes to a file. Exits with 1 when a seed failed.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    size: { type: 'string', default: 'full' },
    only: { type: 'string', default: DISTURBANCES.join(',') },
    faults: { type: 'string' },
    'at-once': { type: 'string', default: '1' },
  },
})
const isSize = (name: string): name is keyof typeof SIZES => name in SIZES
const isDisturbance = (name: string): name is Disturbance => (DISTURBANCES as readonly string[]).includes(name)
const kinds = values.only === 'none' ? [] : values.only.split(',').map((name) => name.trim())
const [seeds, from, atOnce] = [Number(values.seeds), Number(values.from), Number(values['at-once'])]
const faultRate = Number(values.faults ?? (isSize(values.size) ? SIZES[values.size].faultRate : Number.NaN))
if (
  !isSize(values.size) ||
  !kinds.every(isDisturbance) ||
  !(seeds > 0) ||
  !(atOnce > 0) ||
  !Number.isInteger(from) ||
  !(faultRate >= 0)
) {
  process.stderr.write(
    `Usage: --seeds N --from SEED --size ${Object.keys(SIZES).join('|')} --only "${DISTURBANCES.join(',')}"|none --faults SHARE --at-once N\n`,
  )
  process.exit(2)
}

const size = { ...SIZES[values.size], faultRate }
const results: ChaosResult[] = []
let next = from
const lane = async () => {
  for (let seed = next++; seed < from + seeds; seed = next++) {
    const result = await runSeed({ seed, size, kinds })
    await tell(result)
    results.push({ ...result, log: [] })
  }
}
await Promise.all(Array.from({ length: atOnce }, lane))
const table = new Table({
  head: ['seed', 'seconds', 'changes', 'disturbances', 'faults', 'in history', 'verdict'],
  style: { head: [] },
})
for (const one of results.toSorted((a, b) => a.seed - b.seed))
  table.push([
    ...[one.seed, Math.round(one.ms / 1_000), one.changes, one.disturbances, one.faults, one.history],
    verdictOf(one),
  ])
process.stdout.write(`${table.toString()}\n`)
process.exit(results.some(({ wrong }) => wrong.length > 0) ? 1 : 0)

async function tell(result: ChaosResult): Promise<void> {
  const { seed, wrong, log, ms } = result
  process.stderr.write(`seed ${seed}: ${verdictOf(result)} in ${Math.round(ms / 1_000)} s\n`)
  if (wrong.length === 0) return
  const file = join(await mkdtemp(join(tmpdir(), 'chaos-')), `seed-${seed}.log`)
  await writeFile(file, `${[...log, ...wrong].join('\n')}\n`)
  process.stderr.write(`${wrong.slice(0, 10).join('\n')}\n${log.filter(isDeed).join('\n')}\nAll of it: ${file}\n`)
}

function verdictOf({ wrong }: ChaosResult): string {
  return wrong.length === 0 ? 'in sync' : `${wrong.length} wrong`
}

function isDeed(line: string): boolean {
  return /^ *\d+ chaos: /.test(line)
}
