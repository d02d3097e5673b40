import { z } from 'zod'
import { AccountConfig } from './account.ts'
import { ConnectionConfig } from './connection.ts'
import { HistoryConfig } from './history.ts'
import { RedisConfig } from './redis.ts'
import { ALWAYS, Name } from './scalars.ts'

export type { ConnectionConfig } from './connection.ts'
export type { RedisConfig } from './redis.ts'

/** The shape of provisioner.yaml. Keys may be added; these keep their names and meaning. */
export const Config = z
  .strictObject({
    version: z.literal(1).describe('The version of this file’s shape.'),
    redis: RedisConfig.describe('Where the queues and the ledger are: `url`, or `sentinels` and `name`, or `cluster`.'),
    history: HistoryConfig.describe(
      'What was done and decided, and where that is kept: [history](history.md). `off` keeps none.',
    ),
    accounts: z
      .record(Name, AccountConfig)
      .refine((accounts) => Object.keys(accounts).length > 0, 'at least one account')
      .describe(
        'Zendesk accounts, by a name of your choice. Limits and ownership belong to the account: connections of one account share them.',
      ),
    connections: z.array(ConnectionConfig).min(1).describe('Each joins one directory to one Zendesk account.'),
  })
  .superRefine((config, context) => {
    const known = Object.keys(config?.accounts ?? {})
    const connections = Array.isArray(config?.connections) ? config.connections : []
    connections.forEach((connection, i) => {
      // Where there is none at all, that is the mistake.
      if (known.length > 0 && typeof connection?.account === 'string' && !known.includes(connection.account))
        context.addIssue({
          code: 'custom',
          path: ['connections', i, 'account'],
          message: `one of the accounts above: ${known.join(', ')}`,
        })
      if (typeof connection?.id === 'string' && connections.findIndex((other) => other?.id === connection.id) < i)
        context.addIssue({
          code: 'custom',
          path: ['connections', i, 'id'],
          message: 'an id that no other connection has',
        })
    })
  }, ALWAYS)
export type Config = z.infer<typeof Config>
