import type { Kysely } from 'kysely'
import type { HistoryTables } from '../database/schema.ts'
import { append } from '../events/append.ts'
import { withoutWords, type NewRow } from '../events/row-of-event.ts'

/** PostgreSQL's classes of errors that are a row's fault: a value that it does not take, one that is too long. */
const ROW_AT_FAULT = /^(?:22|54)/

/**
 * Adds rows as `append` does. One that the database does not take for what it says is noted as one that nobody can
 * read, and keeps none behind it from being taken.
 *
 * @throws whatever else the database says
 */
export async function appendEach(
  database: Kysely<HistoryTables>,
  account: string,
  rows: readonly NewRow[],
): Promise<void> {
  try {
    await append(database, account, rows)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!ROW_AT_FAULT.test(code)) throw error
    const [row, ...others] = rows
    if (others.length > 0) for (const one of rows) await appendEach(database, account, [one])
    else await append(database, account, [withoutWords(row!)])
  }
}
