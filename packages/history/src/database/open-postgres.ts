import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'

/** How long a connection and an answer may take, ms. */
const CONNECT_MS = 5_000
const ANSWER_MS = 30_000

/** Column type of 64-bit numbers, which `pg` gives as texts; ours are all below 2^53. */
const INT8 = pg.types.builtins.INT8

/** Kysely's dialect for a PostgreSQL. Whoever only reads can't write, whatever they send. */
export function postgresDialect(url: string, { readOnly }: { readOnly: boolean }): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'zendesk-provisioner',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : pg.types.getTypeParser(type, format)) },
    ...(readOnly && { options: '-c default_transaction_read_only=on' }),
  })
  // A connection that breaks while nobody uses it; who uses one is told by the query.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}
