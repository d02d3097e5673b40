import { z } from 'zod'
import { AccountConfig } from './account.ts'
import { ConnectionConfig } from './connection.ts'
import { ALWAYS, Name, textLike } from './scalars.ts'

export type { ConnectionConfig } from './connection.ts'

/** The shape of provisioner.yaml. Keys may be added; these keep their names and meaning. */
export const Config = z
  .strictObject({
    version: z.literal(1).describe('The version of this file’s shape.'),
    redis: z
      .strictObject({
        url: textLike(/^rediss?:\/\/[^\s/]+/, 'redis://host:port or rediss://host:port').describe(
          'Redis’s address: `redis://` or, with TLS, `rediss://`; user, password and database may be part of it. The policy for full memory has to be `noeviction`.',
        ),
      })
      .describe('Where the queues and the ledger are.'),
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
      if (typeof connection?.account === 'string' && !known.includes(connection.account))
        context.addIssue({
          code: 'custom',
          path: ['connections', i, 'account'],
          message: `one of the accounts above: ${known.join(', ') || 'there are none'}`,
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
