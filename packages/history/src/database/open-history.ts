import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Kysely } from 'kysely'
import { postgresDialect } from './open-postgres.ts'
import { sqliteDialect } from './open-sqlite.ts'
import { HistoryMissingError } from './history-errors.ts'
import type { HistoryTables } from './schema.ts'

/** The history's database, opened. Closing it twice is harmless. */
export interface History {
  readonly database: Kysely<HistoryTables>
  /** For people: the file, or the server without a password. */
  readonly where: string
  [Symbol.asyncDispose](): Promise<void>
}

export interface OpenOptions {
  /** `sqlite:FILE` or `postgres://…`, as `history.url` has it. */
  readonly url: string
  /** Where a relative file of SQLite lies. */
  readonly folder: string
  /** Opens it so that nothing can be written. */
  readonly readOnly: boolean
}

/** The folder of the product's own files: PROVISIONER_DATA, or `data` where the process was started. */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env['PROVISIONER_DATA'] || 'data')
}

/**
 * Opens the history's database; a first query connects. @throws HistoryMissingError when it is to be read and there is
 * no file
 */
export function openHistory({ url, folder, readOnly }: OpenOptions): History {
  const file = /^sqlite:(.+)$/s.exec(url)?.[1]
  const path = file === undefined ? undefined : resolve(folder, file)
  if (path !== undefined && readOnly && !existsSync(path)) throw new HistoryMissingError(path)
  const dialect = path === undefined ? postgresDialect(url, { readOnly }) : sqliteDialect(path, { readOnly })
  const database = new Kysely<HistoryTables>({ dialect })
  let closed: Promise<void> | undefined
  return {
    database,
    where: path ?? serverOf(url),
    [Symbol.asyncDispose]: () => (closed ??= database.destroy()),
  }
}

function serverOf(url: string): string {
  if (!URL.canParse(url)) return 'PostgreSQL'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
