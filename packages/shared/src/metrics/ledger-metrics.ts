import { Queue } from 'bullmq'
import { infoOf } from '../account-node.ts'
import { readHealth } from '../ledger/connection-health.ts'
import { connectionName, type ConnectionName } from '../ledger/keys.ts'
import { LedgerReader } from '../ledger/ledger-reader.ts'
import { readServices } from '../ledger/services.ts'
import { CHANGE_QUEUES, changeQueueName, cycleQueueName, queueOptions } from '../queues.ts'
import type { RedisClient } from '../redis-client.ts'
import { memoryOf } from '../redis-facts.ts'
import type { Metrics } from './metrics.ts'

/** States of jobs, as BullMQ calls them. What has completed is counted by workers. */
const STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const

/**
 * How the connections fare, by what Redis has: every producer tells the same of all of them, so that one of many is
 * enough.
 */
export function addLedgerMetrics(
  metrics: Metrics,
  redis: RedisClient,
  connections: readonly { readonly id: string; readonly account: string }[],
): void {
  const { gauge, beforeScrape } = metrics.readings()
  const gauges = {
    lastCycle: gauge('provisioner_last_good_cycle_timestamp_seconds', 'When the last good cycle ended', ['connection']),
    took: gauge('provisioner_last_good_cycle_duration_seconds', 'How long the last good cycle took', ['connection']),
    failing: gauge('provisioner_failing_cycles', 'Cycles that have failed since the last good one', ['connection']),
    entries: gauge('provisioner_entries', 'What the last good cycle had in scope: users, groups, memberships', [
      ...(['connection', 'kind'] as const),
    ]),
    held: gauge('provisioner_held_changes', 'Changes that wait for an admin, by the guard’s category', [
      ...(['connection', 'category'] as const),
    ]),
    problems: gauge('provisioner_problems', 'Problems that are not solved, by code', ['connection', 'code']),
    troubles: gauge('provisioner_trouble', '1 for what keeps a connection from its work, or threatens to', [
      ...(['connection', 'code', 'level'] as const),
    ]),
    jobs: gauge('provisioner_queue_jobs', 'Jobs by queue and state', ['connection', 'queue', 'state']),
    services: gauge('provisioner_services', 'Services that are alive, by role', ['account', 'role']),
    used: gauge('provisioner_redis_memory_used_bytes', 'Memory that Redis uses for its data', ['account']),
    most: gauge('provisioner_redis_memory_max_bytes', 'Memory that Redis may use; left out where it has no limit', [
      ...(['account'] as const),
    ]),
  }
  const ofConnection = async (name: ConnectionName) => {
    const { connection } = name
    const reader = new LedgerReader(redis, name)
    const [health, held, problems, counts] = await Promise.all([
      readHealth(redis, name),
      reader.held(),
      reader.problems(),
      jobCounts(redis, name),
    ])
    const { lastCycle, failing, troubles } = health
    if (lastCycle) {
      gauges.lastCycle.set({ connection }, lastCycle.endedAt / 1_000)
      gauges.took.set({ connection }, (lastCycle.endedAt - lastCycle.startedAt) / 1_000)
      for (const kind of ['users', 'groups', 'memberships'] as const)
        gauges.entries.set({ connection, kind }, lastCycle[kind])
    }
    gauges.failing.set({ connection }, failing?.count ?? 0)
    for (const [category, count] of countsOf(held.map((one) => one.category)))
      gauges.held.set({ connection, category }, count)
    for (const [code, count] of countsOf(problems.map(({ problem }) => problem.code)))
      gauges.problems.set({ connection, code }, count)
    for (const { code, level } of troubles) gauges.troubles.set({ connection, code, level }, 1)
    for (const { queue, state, count } of counts) gauges.jobs.set({ connection, queue, state }, count)
  }
  const ofAccount = async (account: string) => {
    const [services, memory] = await Promise.all([readServices(redis, account), infoOf(redis, account, 'memory')])
    const alive = countsOf(services.flatMap(({ role, isAlive }) => (isAlive ? [role] : [])))
    for (const role of ['producer', 'worker'] as const) gauges.services.set({ account, role }, alive.get(role) ?? 0)
    const { used, limit } = memoryOf(memory)
    gauges.used.set({ account }, used)
    if (limit > 0) gauges.most.set({ account }, limit)
  }
  beforeScrape(async () => {
    const accounts = [...new Set(connections.map(({ account }) => account))]
    await Promise.all([
      ...connections.map((one) => ofConnection(connectionName(one))),
      ...accounts.map((account) => ofAccount(account)),
    ])
  })
}

function countsOf<T>(all: readonly T[]): Map<T, number> {
  return new Map([...Map.groupBy(all, (one) => one)].map(([one, some]) => [one, some.length]))
}

async function jobCounts(redis: RedisClient, { account, connection }: ConnectionName) {
  const names = [
    ...CHANGE_QUEUES.map((queue) => [queue, changeQueueName(connection, queue)] as const),
    ['cycle', cycleQueueName(connection)] as const,
  ]
  const all = await Promise.all(
    names.map(async ([label, name]) => {
      const options = { connection: redis, ...queueOptions(account), skipMetasUpdate: true, skipVersionCheck: true }
      const queue = new Queue(name, options)
      queue.on('error', () => {}) // what fails is thrown where it is asked for
      try {
        const counts = await queue.getJobCounts(...STATES)
        return STATES.map((state) => ({ queue: label as string, state, count: counts[state] ?? 0 }))
      } finally {
        await queue.close()
      }
    }),
  )
  return all.flat()
}
