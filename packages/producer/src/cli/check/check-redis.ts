import type { RedisConfig } from '@provisioner/shared/config/redis.ts'
import { formatDuration } from '@provisioner/shared/duration.ts'
import { infoOf, timeOf } from '@provisioner/shared/account-node.ts'
import { unfitLayout } from '@provisioner/shared/ledger/layout.ts'
import { isCluster, type RedisClient } from '@provisioner/shared/redis-client.ts'
import { describeFacts, factsOf, inMb, memoryOf, type RedisFacts } from '@provisioner/shared/redis-facts.ts'
import { fitnessOf } from '@provisioner/shared/redis-fitness.ts'
import { fillingUp, readMemorySamples } from '@provisioner/shared/redis-growth.ts'
import { fullness } from '@provisioner/shared/redis-memory.ts'
import { assertReadable } from '@provisioner/shared/redis.ts'
import { openCommandRedis, RedisUnreachableError } from '../command-redis.ts'
import { ofError, type Finding, type Tell } from './finding.ts'
import type { Look } from './gather.ts'
import { describeNeed, memoryNeeded, type DirectorySize } from './memory-needed.ts'

/** Clocks that differ by less, ms, give no times that people wonder about. */
const CLOCKS_APART_MS = 5_000

/**
 * Looks at the Redis of some accounts: whether services can start with it, what it can lose, whether it has room for
 * the directories, and what time it has.
 *
 * @param sizes of the directories that were read, by account
 */
export function lookAtRedis(
  config: RedisConfig,
  accounts: readonly string[],
  sizes: ReadonlyMap<string, DirectorySize>,
): Look {
  return async (_signal, tell) => {
    const opened = await openCommandRedis(config).catch((error: unknown) => {
      if (!(error instanceof RedisUnreachableError)) throw error
      tell(ofError('connection', error))
    })
    if (!opened) return
    using connection = opened
    try {
      await lookAtServers(connection.redis, { accounts, sizes, tell })
    } catch (error) {
      tell(ofError('server', connection.explain(error)))
    }
  }
}

async function lookAtServers(
  redis: RedisClient,
  {
    accounts,
    sizes,
    tell,
  }: {
    accounts: readonly string[]
    sizes: ReadonlyMap<string, DirectorySize>
    tell: Tell
  },
): Promise<void> {
  const asCluster = isCluster(redis)
  if (asCluster) await assertReadable(redis, accounts)
  // Accounts of a cluster may lie on different nodes; else one server has them all.
  const asked = asCluster ? accounts.map((one) => [one]) : [accounts]
  for (const ofServer of asked) {
    const [account = ''] = ofServer
    const named = (about: string) => (asCluster && accounts.length > 1 ? `${account}: ${about}` : about)
    const facts = await factsOf(redis, account)
    tell({ ...serverOf(facts, asCluster), about: named('server') })
    if (facts.mode === 'sentinel') return
    tell({ ...persistenceOf(facts, asCluster), about: named('persistence') })
    const info = asCluster ? await infoOf(redis, account, 'memory') : await redis.info('memory')
    const now = await clockOf(redis, account)
    tell({ ...(await roomIn(redis, ofServer, { info, now: now.theirs, sizes })), about: named('memory') })
    tell({ ...clocks(now), about: named('clock') })
    for (const one of ofServer) {
      const layout = await unfitLayout(redis, one)
      if (layout !== undefined) tell({ level: 'failed', about: `${one}: ledger`, what: layout, code: 'LEDGER_LAYOUT' })
    }
  }
}

function serverOf(facts: RedisFacts, asCluster: boolean): Omit<Finding, 'about'> {
  const { unfit } = fitnessOf(facts, { asCluster })
  if (unfit === undefined) return { level: 'ok', what: describeFacts(facts) }
  return { level: 'failed', what: unfit, code: 'REDIS_UNFIT' }
}

/** Judged by itself: what makes a server unfit would hide it. */
function persistenceOf({ product, appendOnlyFile }: RedisFacts, asCluster: boolean): Omit<Finding, 'about'> {
  if (appendOnlyFile === undefined) return { level: 'unknown', what: `${product} does not say whether it keeps a file` }
  const { warning } = fitnessOf({ product, appendOnlyFile }, { asCluster })
  return warning === undefined
    ? { level: 'ok', what: `${product} keeps an append-only file` }
    : { level: 'warning', what: warning }
}

async function roomIn(
  redis: RedisClient,
  accounts: readonly string[],
  { info, now, sizes }: { info: string; now: number; sizes: ReadonlyMap<string, DirectorySize> },
): Promise<Omit<Finding, 'about'>> {
  const { used, limit } = memoryOf(info)
  const full = fullness(info)
  if (full !== undefined) return { level: 'failed', what: full, code: 'REDIS_REFUSES' }
  const need = memoryNeeded(accounts.flatMap((one) => sizes.get(one) ?? []))
  const has = limit === 0 ? `${inMb(used)} used, no maxmemory` : `${inMb(used)} used of maxmemory ${inMb(limit)}`
  const wants = need === undefined ? '' : `; ${describeNeed(need)}`
  const todo = `Set maxmemory to ${inMb(need?.atMost ?? 0)} or more`
  if (limit > 0 && need !== undefined && limit < need.inSync)
    return { level: 'failed', what: `It has too little memory: ${has}${wants}`, todo }
  if (limit > 0 && need !== undefined && limit < need.atMost)
    return { level: 'warning', what: `It may become full: ${has}${wants}`, todo }
  for (const account of accounts) {
    const filling = fillingUp(info, await readMemorySamples(redis, account), now)
    if (filling !== undefined) return { level: 'warning', what: filling, code: 'REDIS_FILLS' }
  }
  return { level: 'ok', what: `${has}${wants}` }
}

interface Clocks {
  /** What Redis says, ms since the epoch. */
  readonly theirs: number
  /** How far Redis is ahead of this machine, ms, as far as it is certain; negative when it is behind. */
  readonly ahead: number
}

/** Its answer was made between our question and its arrival: no more of a difference than that is certain. */
async function clockOf(redis: RedisClient, account: string): Promise<Clocks> {
  const asked = Date.now()
  const theirs = await timeOf(redis, account)
  const answered = Date.now()
  return { theirs, ahead: theirs > answered ? theirs - answered : Math.min(0, theirs - asked) }
}

function clocks({ ahead }: Clocks): Omit<Finding, 'about'> {
  if (Math.abs(ahead) < CLOCKS_APART_MS) return { level: 'ok', what: 'It has the time of this machine' }
  return {
    level: 'warning',
    what:
      `Its clock is ${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's: ` +
      'accounts expire, and times are shown, by the one or the other',
    todo: 'Set both by NTP',
  }
}
