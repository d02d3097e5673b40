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
 *   … --size small                                 a tenth of the company, and a fifth of the time
 *   … --only "kill worker,cut redis"               these disturbances alone; `--only none` for none
 *   … --faults 0                                   the share of Zendesk's requests that fail
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
  },
})
const isSize = (name: string): name is keyof typeof SIZES => name in SIZES
const isDisturbance = (name: string): name is Disturbance => (DISTURBANCES as readonly string[]).includes(name)
const kinds = values.only === 'none' ? [] : values.only.split(',').map((name) => name.trim())
const [seeds, from] = [Number(values.seeds), Number(values.from)]
const faultRate = Number(values.faults ?? (isSize(values.size) ? SIZES[values.size].faultRate : Number.NaN))
if (
  !isSize(values.size) ||
  !kinds.every(isDisturbance) ||
  !(seeds > 0) ||
  !Number.isInteger(from) ||
  !(faultRate >= 0)
) {
  process.stderr.write(
    `Usage: --seeds N --from SEED --size ${Object.keys(SIZES).join('|')} --only "${DISTURBANCES.join(',')}"|none --faults SHARE\n`,
  )
  process.exit(2)
}

const size = { ...SIZES[values.size], faultRate }
const results: ChaosResult[] = []
for (let seed = from; seed < from + seeds; seed++) {
  const result = await runSeed({ seed, size, kinds })
  results.push(result)
  process.stderr.write(`seed ${seed}: ${verdictOf(result)} in ${Math.round(result.ms / 1_000)} s\n`)
  if (result.wrong.length === 0) continue
  const file = join(await mkdtemp(join(tmpdir(), 'chaos-')), `seed-${seed}.log`)
  await writeFile(file, `${[...result.log, ...result.wrong].join('\n')}\n`)
  process.stderr.write(
    `${result.wrong.slice(0, 10).join('\n')}\n${result.log.filter(isDeed).join('\n')}\nAll of it: ${file}\n`,
  )
}
const table = new Table({
  head: ['seed', 'seconds', 'changes', 'disturbances', 'faults', 'verdict'],
  style: { head: [] },
})
for (const one of results)
  table.push([one.seed, Math.round(one.ms / 1_000), one.changes, one.disturbances, one.faults, verdictOf(one)])
process.stdout.write(`${table.toString()}\n`)
process.exit(results.some(({ wrong }) => wrong.length > 0) ? 1 : 0)

function verdictOf({ wrong }: ChaosResult): string {
  return wrong.length === 0 ? 'in step' : `${wrong.length} wrong`
}

function isDeed(line: string): boolean {
  return /^ *\d+ chaos: /.test(line)
}
