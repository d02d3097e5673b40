import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { insertNames, namesOfRow, type NamedRow } from '../events/names-of-row.ts'
import type { HistoryTables } from '../database/schema.ts'

/** The names by which somebody is found, of those who have left as well; filled from the events that are there. */
export const NAMES: Migration = { up }

/** So many events are read at once. */
const PAGE = 2_000

async function up(untyped: Kysely<unknown>): Promise<void> {
  const database = untyped as Kysely<HistoryTables>
  await database.schema
    .createTable('names')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('connection', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('last_seq', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('names_once', ['account', 'connection', 'kind', 'entity_id', 'key'])
    .execute()
  await database.schema.createIndex('names_key').on('names').columns(['account', 'key']).execute()
  const accounts = await database.selectFrom('chains').select('account').execute()
  for (const { account } of accounts) await fill(database, account)
}

async function fill(database: Kysely<HistoryTables>, account: string): Promise<void> {
  for (let after = 0; ;) {
    const rows: NamedRow[] = await database
      .selectFrom('events')
      .select(['account', 'seq', 'connection', 'kind', 'user_id', 'group_id', 'label', 'dn', 'zendesk_id', 'body'])
      .where('account', '=', account)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    if (rows.length === 0) return
    await insertNames(database, rows.flatMap(namesOfRow))
    after = rows.at(-1)!.seq
  }
}
