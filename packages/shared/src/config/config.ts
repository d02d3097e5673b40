import { z } from 'zod'
import { AccountConfig } from './account.ts'
import { ConnectionConfig } from './connection.ts'
import { ALWAYS } from './scalars.ts'

export type { AccountConfig } from './account.ts'
export type { ConnectionConfig } from './connection.ts'

/** The shape of provisioner.yaml. Keys may be added; these keep their names and meaning. */
export const Config = z
  .strictObject({
    version: z.literal(1).describe('The version of this file’s shape.'),
    redis: z.strictObject({
      url: z.string().regex(/^rediss?:\/\/\S+$/, 'redis://host:port or rediss://host:port').describe('Where the queues and the ledger are.'),
    }),
    accounts: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 lower-case letters, digits and hyphens'), AccountConfig)
      .describe('Zendesk accounts by a name of your choice. Limits and ownership belong to the account.'),
    connections: z.array(ConnectionConfig).min(1),
  })
  .superRefine((config, context) => {
    const known = Object.keys(config?.accounts ?? {})
    const connections = Array.isArray(config?.connections) ? config.connections : []
    connections.forEach((connection, i) => {
      if (typeof connection?.account === 'string' && !known.includes(connection.account))
        context.addIssue({ code: 'custom', path: ['connections', i, 'account'], message: `one of the accounts above: ${known.join(', ')}` })
      if (typeof connection?.id === 'string' && connections.findIndex((other) => other?.id === connection.id) < i)
        context.addIssue({ code: 'custom', path: ['connections', i, 'id'], message: 'an id that no other connection has' })
    })
  }, ALWAYS)
export type Config = z.infer<typeof Config>
