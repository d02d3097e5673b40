import { initialLoad, requestCount } from '../bench/initial-load.ts'
import { describe, type Finding } from '../bench/result.ts'
import { scaleOut, workerOverhead, workerOverheadNoBulk } from '../bench/worker-overhead.ts'

/** Benchmarks by name, in the order in which all of them run. */
const BENCHES: Readonly<Record<string, () => Promise<Finding>>> = {
  'initial-load': initialLoad,
  'request-count': requestCount,
  'worker-overhead': workerOverhead,
  'worker-overhead-no-bulk': workerOverheadNoBulk,
  'scale-out': scaleOut,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
  process.stderr.write(`${name} …\n`)
  process.stdout.write(`${describe(await BENCHES[name]!())}\n`)
}
process.exit(0)
