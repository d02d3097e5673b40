import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The events and their chain. */
export const EVENTS: Migration = { up }

/** Indices of the questions that are asked: whom, which cycle, who did it, when. */
const INDICES = {
  events_user: ['account', 'user_id', 'seq'],
  events_group: ['account', 'group_id', 'seq'],
  events_cycle: ['account', 'cycle'],
  events_by: ['account', 'by'],
  events_at: ['account', 'at'],
} as const

async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('events')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('stream_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('connection', 'text')
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('kind', 'text')
    .addColumn('user_id', 'text')
    .addColumn('group_id', 'text')
    .addColumn('label', 'text')
    .addColumn('dn', 'text')
    .addColumn('zendesk_id', 'bigint')
    .addColumn('operation', 'text')
    .addColumn('outcome', 'text')
    .addColumn('revision', 'bigint')
    .addColumn('cycle', 'bigint')
    .addColumn('by', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('events_seq', ['account', 'seq'])
    .addUniqueConstraint('events_once', ['account', 'event_id'])
    .execute()
  for (const [name, columns] of Object.entries(INDICES))
    await database.schema
      .createIndex(name)
      .on('events')
      .columns([...columns])
      .execute()
  await database.schema
    .createTable('chains')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('anchor_seq', 'bigint', (column) => column.notNull())
    .addColumn('anchor_hash', 'text', (column) => column.notNull())
    .addColumn('last_seq', 'bigint', (column) => column.notNull())
    .addColumn('last_hash', 'text', (column) => column.notNull())
    .execute()
}
