import { Redis } from 'ioredis'
import { readDirectory } from '@provisioner/producer/cycle/read-directory.ts'
import { runCycle } from '@provisioner/producer/cycle/run-cycle.ts'
import { ServerLook } from '@provisioner/producer/cycle/server-look.ts'
import { userPolicyOf } from '@provisioner/producer/cycle/user-policy.ts'
import { Evaluator } from '@provisioner/producer/expressions/evaluator.ts'
import { planUser } from '@provisioner/producer/plan/plan-user.ts'
import type { WantedUser } from '@provisioner/producer/plan/wanted-user.ts'
import { openSources } from '@provisioner/producer/open-sources.ts'
import { tuneHeap } from '@provisioner/producer/tune-heap.ts'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { configPrint } from '@provisioner/shared/config/config-print.ts'
import { loadConfig } from '@provisioner/shared/config/load-config.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { declareConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { openAccount } from '@provisioner/zendesk/open-account.ts'
import { syntheticDirectory } from './synthetic-directory.ts'
import { timed } from './timed.ts'

/**
 * The producer's own cycles over a synthetic directory, which comes through the port as another would. Says how many
 * seconds each took.
 *
 *   enter PEOPLE   enters every person as linked and in sync, as a load leaves them, and runs a cycle
 *   cycle PEOPLE   runs seven cycles
 */
const [, , what, count, path] = process.argv
const people = Number(count)
const CYCLES = 7

/** People who are planned and entered at once. */
const PART = 10_000

tuneHeap()
const log = createLogger({ name: 'million', level: 'error' })
const config = await loadConfig({ path: path!, env: process.env, warn: () => {} })
const [connection] = config.connections
await using owned = new AsyncDisposableStack()
const redis = owned.adopt(new Redis(config.redis.url!, { maxRetriesPerRequest: null }), (one) => one.disconnect())
const account = owned.use(
  openAccount({ id: connection!.account, config: config.accounts[connection!.account]!, redis, log }),
)
const evaluator = owned.use(new Evaluator({ log }))
const opened = syntheticDirectory(people)
const sources = owned.use(
  openSources({ config, connection: connection!, redis, zendesk: account.client, evaluator, log, opened }),
)
const name = connectionName(connection!)
const producer = { name: 'million', file: 'million', print: configPrint(config, connection!) }
await declareConfig(redis, name, producer)
const { signal } = new AbortController()

if (what === 'enter') await enter()
const queues = owned.use(new ChangeQueues(name, redis))
const server = new ServerLook(sources.directory, connection!, log)
const cycle = () => runCycle({ ...sources, queues, producer, server, log }, { full: false }, signal)
const seconds: number[] = []
for (let i = 0; i < (what === 'enter' ? 1 : CYCLES); i++) {
  let released: object = {}
  seconds.push(await timed(async () => void ({ released } = await cycle())))
  if (Object.keys(released).length > 0) throw new Error(`A quiet cycle released ${JSON.stringify(released)}`)
}
process.stdout.write(`${JSON.stringify({ seconds, pid: process.pid })}\n`)
// its peak is read while it is there
await new Promise((resolve) => process.stdin.once('end', resolve).resume())

async function enter(): Promise<void> {
  const { reader, mapping, names, directory } = sources
  await names.begin(Date.now())
  const ledger = await CycleLedger.begin(redis, name, producer)
  const policy = userPolicyOf(connection!.users)
  let zendeskId = 1
  const linkOf = (wanted: WantedUser, seen: string) => {
    const attributes = wanted.attributes
    const found = { zendeskId: zendeskId++, applied: { presence: 'active' as const, attributes }, lastLoginAt: null }
    const { link } = planUser({ wanted, record: undefined, found }, policy)
    return { ...link!, seen, origin: 'created' as const }
  }
  for (let from = 0; from < people; from += PART) {
    const part = { ...directory, scan: syntheticDirectory(Math.min(PART, people - from), from).scan }
    const sources = { connection: connection!, others: [], redis, mapping, reader, directory: part }
    const read = { ...sources, names: names.atHand, ignoreSeen: true }
    const { candidates, fingerprints } = await readDirectory(read, signal)
    const answers = await ledger.link([...candidates.values()].map((user) => linkOf(user, fingerprints.get(user.id)!)))
    if (answers.some((answer) => answer !== 'linked')) throw new Error(`Not linked: ${[...new Set(answers)].join()}`)
  }
}
