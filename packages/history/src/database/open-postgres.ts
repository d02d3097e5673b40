import { PostgresDialect, type Dialect } from 'kysely'
import type { Pool } from 'pg'

/** How long a connection and an answer may take, ms. */
const CONNECT_MS = 5_000
const ANSWER_MS = 30_000

/** Kysely's dialect for a PostgreSQL. Whoever only reads can't write, whatever they send. */
export function postgresDialect(url: string, { readOnly }: { readOnly: boolean }): Dialect {
  return new PostgresDialect({ pool: () => openPool(url, readOnly) })
}

async function openPool(url: string, readOnly: boolean): Promise<Pool> {
  // loading it takes time, and only a history in PostgreSQL needs it
  const { default: pg } = await import('pg')
  // `pg` gives 64-bit numbers as texts; ours are all below 2^53
  const { INT8 } = pg.types.builtins
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'zendesk-provisioner',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : pg.types.getTypeParser(type, format)) },
    // what it would compile is over before it is compiled: a page is short, and its costs are guessed
    ...(readOnly && { options: '-c default_transaction_read_only=on -c jit=off' }),
  })
  // A connection that breaks while nobody uses it; who uses one is told by the query.
  pool.on('error', () => {})
  return pool
}
