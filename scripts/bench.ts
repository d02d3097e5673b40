import { changeLatency, changeLatencyAd, changeLatencyLarge } from '../bench/change-latency.ts'
import { composeLimits } from '../bench/compose-limits.ts'
import { firstCycle, noChangeCycle, quietLook, readVsLdapsearch } from '../bench/directory.ts'
import { explainOneOfMany } from '../bench/explain.ts'
import { historyOfMany } from '../bench/history.ts'
import { initialLoad, requestCount } from '../bench/initial-load.ts'
import { ledgerMove } from '../bench/ledger-move.ts'
import { leaverLatency } from '../bench/leaver-latency.ts'
import { leaverLatencyShared } from '../bench/leaver-latency-shared.ts'
import { leaverWhole } from '../bench/leaver-whole.ts'
import { manyAccounts } from '../bench/many-accounts.ts'
import { manyLeavers } from '../bench/many-leavers.ts'
import { million } from '../bench/million.ts'
import { naive } from '../bench/naive.ts'
import { planOfMany } from '../bench/plan.ts'
import { initialLoadNoBulk, rateLimitShared, rateLimitUse } from '../bench/rate-limits.ts'
import { redisBytes } from '../bench/redis-bytes.ts'
import { describe, type Finding } from '../bench/result.ts'
import { scaleOut, workerCeiling } from '../bench/worker-ceiling.ts'

/** Benchmarks by name, in the order in which all of them run. */
const BENCHES: Readonly<Record<string, () => Promise<Finding>>> = {
  'initial-load': initialLoad,
  'initial-load-no-bulk': initialLoadNoBulk,
  'request-count': requestCount,
  'worker-ceiling': workerCeiling,
  'scale-out': scaleOut,
  'rate-limit-use': rateLimitUse,
  'rate-limit-shared': rateLimitShared,
  'leaver-latency': leaverLatency,
  'leaver-latency-shared': leaverLatencyShared,
  'leaver-whole': leaverWhole,
  'many-leavers': manyLeavers,
  'many-accounts': manyAccounts,
  'redis-bytes': redisBytes,
  'ledger-move': ledgerMove,
  'first-cycle': firstCycle,
  'read-vs-ldapsearch': readVsLdapsearch,
  'no-change-cycle': noChangeCycle,
  'quiet-look': quietLook,
  explain: explainOneOfMany,
  history: historyOfMany,
  plan: planOfMany,
  million,
  'change-latency': changeLatency,
  'change-latency-ad': changeLatencyAd,
  'change-latency-large': changeLatencyLarge,
  'compose-limits': composeLimits,
  naive,
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
