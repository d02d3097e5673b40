import { Queue } from 'bullmq'
import type { RedisClient } from '../redis-client.ts'
import { CHANGE_QUEUES, changeQueueName, cycleQueueName, queuePrefix, type ChangeQueue } from '../queues.ts'
import { fillingUp, readMemorySamples } from '../redis-growth.ts'
import { fullness } from '../redis-memory.ts'
import { infoOf, timeOf } from '../account-node.ts'
import type { ConnectionName } from './keys.ts'
import { connectionQueueKeyTypes } from './key-types.ts'
import { unfitLayout } from './layout.ts'
import { LedgerReader } from './ledger-reader.ts'
import { readPauses } from './pauses.ts'
import { newestConfig } from './newest-config.ts'
import { isWrongType } from './read-stored.ts'
import { readServices } from './services.ts'
import { wrongKeys } from './wrong-keys.ts'
import { troublesOf, type Facts, type Level, type Trouble } from './troubles.ts'

/** How a connection fares, and who works for it. */
export interface ConnectionHealth extends Facts {
  readonly connection: string
  /** The worst of its troubles. */
  readonly level: Level
  /** What keeps it from its work, the worst first. */
  readonly troubles: readonly Trouble[]
}

/** Looks at a connection: who works for it, what is paused, how its last cycles went. Writes nothing. */
export async function readHealth(redis: RedisClient, name: ConnectionName): Promise<ConnectionHealth> {
  const { account, connection } = name
  const reader = new LedgerReader(redis, name)
  const [
    services,
    newest,
    failing,
    firstRun,
    lastCycle,
    paused,
    wrong,
    accountProblems,
    memory,
    samples,
    layout,
    pauses,
    now,
  ] = await Promise.all([
    readServices(redis, account),
    newestConfig(redis, name),
    reader.failingCycles(),
    reader.firstRun(),
    reader.lastCycle(),
    readPaused(redis, name),
    wrongKeys(redis, connectionQueueKeyTypes(name)),
    reader.accountProblems(),
    infoOf(redis, account, 'memory'),
    readMemorySamples(redis, account),
    unfitLayout(redis, account),
    readPauses(redis, account),
    timeOf(redis, account),
  ])
  const facts: Facts = {
    connection,
    services: services.filter((service) => connection in service.connections),
    newest,
    failing,
    firstRun,
    lastCycle,
    paused,
    wrongKeys: wrong,
    accountProblems,
    full: fullness(memory),
    filling: fillingUp(memory, samples, now),
    layout,
    pauses: pauses.filter(({ connection: of = connection }) => of === connection),
    now,
  }
  const troubles = troublesOf(facts)
  return { ...facts, troubles, level: troubles[0]?.level ?? 'well' }
}

async function readPaused(redis: RedisClient, { account, connection }: ConnectionName): Promise<Facts['paused']> {
  const changes = await Promise.all(
    CHANGE_QUEUES.map((queue) => isPaused(redis, account, changeQueueName(connection, queue))),
  )
  return {
    cycles: await isPaused(redis, account, cycleQueueName(connection)),
    changes: CHANGE_QUEUES.filter((_queue: ChangeQueue, i) => changes[i]),
  }
}

async function isPaused(redis: RedisClient, account: string, name: string): Promise<boolean> {
  const queue = new Queue(name, {
    connection: redis,
    prefix: queuePrefix(account),
    skipMetasUpdate: true,
    skipVersionCheck: true,
  })
  // the client tells of its errors itself
  queue.on('error', () => {})
  try {
    return await queue.isPaused().catch(notOfWrongType)
  } finally {
    await queue.close()
  }
}

/** What is no hash says of no queue that it is paused. */
function notOfWrongType(error: unknown): false {
  if (!isWrongType(error)) throw error
  return false
}
