import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { noteEvent } from '@provisioner/shared/ledger/looks.ts'
import { cycleQueueName, queueOptions } from '@provisioner/shared/queues.ts'
import type { RedisConfig } from '@provisioner/shared/config/redis.ts'
import { connectRedis } from '@provisioner/shared/redis.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { Queue } from 'bullmq'
import type { FastifyBaseLogger } from 'fastify'
import type { Credential } from './access/credentials.ts'
import { Sessions } from './access/sessions.ts'
import { BOARD_PREFIX, createApp, type AppOptions } from './app.ts'
import { createBoard } from './board/create-board.ts'
import { readTroubles } from './current-troubles.ts'
import { DashboardSettingsError } from './dashboard-settings-error.ts'
import { assertNotOpenToOthers } from './settings.ts'
import { readWebhookSecrets } from './webhooks/webhook-secrets.ts'

export interface DashboardOptions {
  /** The part of the product's configuration that the dashboard needs. */
  readonly config: {
    readonly redis: RedisConfig
    readonly connections: readonly { readonly id: string; readonly account: string }[]
  }
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
  readonly credentials: readonly Credential[]
  readonly sessionSecret?: string | undefined
  readonly webhookSecret?: string | undefined
  /** As in {@link AppOptions}. */
  readonly trustProxy?: AppOptions['trustProxy']
  readonly log: FastifyBaseLogger
}

export interface Dashboard extends AsyncDisposable {
  readonly url: string
}

/**
 * Starts the dashboard. It starts without Redis too, says that Redis is away, and recovers when it comes.
 * @throws DashboardSettingsError when other machines could reach it without a login, or it can't listen where it should
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { config, host, port, credentials, log } = options
  assertNotOpenToOthers(host, credentials)
  const connections = config.connections.map(connectionName)
  await using resources = new AsyncDisposableStack()

  const redis = resources.adopt(connectRedis(config.redis, { role: 'pages', log }), async (client) =>
    client.disconnect(),
  )
  const queue = (name: string, account: string) =>
    resources.adopt(openQueue(name, account, redis), (opened) => opened.close())
  const open = credentials.length === 0
  const connectionsOf = (account: string) =>
    connections.flatMap((one) => (one.account === account ? [one.connection] : []))
  const app = await createApp({
    access: {
      credentials,
      sessions: new Sessions(options.sessionSecret ?? randomBytes(32).toString('base64url'), credentials),
    },
    board: createBoard({ connections, queue, prefix: BOARD_PREFIX, open }),
    troubles: readTroubles(redis, connections),
    isCycleQueue: (name) => connections.some(({ connection }) => cycleQueueName(connection) === name),
    redisReady: () => redis.status === 'ready',
    pingRedis: () => redis.ping(),
    webhookSecrets: readWebhookSecrets(options.webhookSecret, new Set(connections.map(({ account }) => account))),
    noteEvent: (account, event) => noteEvent(redis, account, connectionsOf(account), event),
    trustProxy: options.trustProxy ?? false,
    log,
  })
  resources.defer(() => app.close())
  await app.listen({ host, port }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The dashboard can't listen on ${host}:${port} (${cause.code}); set DASHBOARD_HOST and DASHBOARD_PORT`
    throw new DashboardSettingsError(message, { cause })
  })

  const address = app.server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  log.info({ url, connections: connections.map(({ connection }) => connection) }, 'Dashboard started')
  if (open) log.warn('No login is set up: everybody on this machine is an operator of the dashboard')
  const running = resources.move()
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

function openQueue(name: string, account: string, redis: RedisClient): Queue {
  const queue = new Queue(name, { connection: redis, ...queueOptions(account) })
  // The connection reports its own errors, once; a queue without a listener would throw them.
  queue.on('error', () => {})
  return queue
}
