import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteDialect, type Dialect, type SqliteDatabase } from 'kysely'

/** How long a writer waits for another one, ms: the process stands still meanwhile. */
const BUSY_MS = 1_000

/**
 * The settings of a connection that writes. A reader waits for no writer, and no writer for a reader (WAL); what is
 * committed has reached the disk, since Redis forgets it thereafter (FULL).
 */
const SETTINGS = ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL']

/** Kysely's dialect for a file, by Node's own SQLite. Its folder is made for who writes. */
export function sqliteDialect(path: string, { readOnly }: { readOnly: boolean }): Dialect {
  return new SqliteDialect({ database: async () => openFile(path, readOnly) })
}

/** Node's SQLite in the form that Kysely's dialect asks for. */
function openFile(path: string, readOnly: boolean): SqliteDatabase {
  if (!readOnly) mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS })
  if (!readOnly) for (const setting of SETTINGS) database.exec(setting)
  return {
    close: () => database.close(),
    prepare: (text) => {
      // a full disk ends the transaction, and what went wrong is what is to be told
      if (text === 'rollback' && !database.isTransaction) return NOTHING
      const statement = database.prepare(text)
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as SQLInputValue[])),
        run: (values) => statement.run(...(values as SQLInputValue[])),
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
      }
    },
  }
}

/** A statement that does nothing. */
const NOTHING: ReturnType<SqliteDatabase['prepare']> = {
  reader: true,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
}
