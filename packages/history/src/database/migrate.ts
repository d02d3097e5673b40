import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { EVENTS } from '../migrations/0001-events.ts'
import { NAMES } from '../migrations/0002-names.ts'
import { HistoryAwayError, HistorySchemaError } from './history-errors.ts'
import type { History } from './open-history.ts'
import type { HistoryTables } from './schema.ts'

/** Every step of the schema, in its order. What has been released never changes: what is new is a new step. */
const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001-events': EVENTS, '0002-names': NAMES }

const STEPS = Object.keys(MIGRATIONS)

/**
 * Brings the schema to this version's, step by step, with all that is stored. Several may do so at once.
 *
 * @param to the last step; default: all
 * @throws HistorySchemaError when a newer version has been there, HistoryAwayError
 */
export async function migrate({ database, where }: History, to: string = STEPS.at(-1)!): Promise<void> {
  const { error } = await migratorOf(database).migrateTo(to)
  if (error === undefined) return
  if (isOfNewer(error)) throw newer(where)
  throw new HistoryAwayError(where, error)
}

/**
 * Makes sure that this version can read what is there. Writes nothing. @throws HistorySchemaError, HistoryAwayError
 */
export async function assertSchema({ database, where }: History): Promise<void> {
  const done = await stepsOf(database).catch((cause: unknown) => {
    throw new HistoryAwayError(where, cause)
  })
  if (done.some((name) => !STEPS.includes(name))) throw newer(where)
  if (done.length < STEPS.length)
    throw new HistorySchemaError(
      `The history ${where} was made by an older version: a producer of this version, once started, brings it up to date`,
    )
}

/** The steps that were taken, none of a database in which there is no history yet. */
async function stepsOf(database: Kysely<HistoryTables>): Promise<string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const steps = await (database as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return steps.map(({ name }) => name)
}

function migratorOf(database: Kysely<HistoryTables>): Migrator {
  return new Migrator({ db: database, provider: { getMigrations: async () => MIGRATIONS } })
}

/** Kysely finds a step that was taken and that this version does not know. */
function isOfNewer(error: unknown): boolean {
  return error instanceof Error && error.message.includes('is missing')
}

function newer(where: string): HistorySchemaError {
  return new HistorySchemaError(
    `The history ${where} was brought up to date by a newer version of the product: run that one here as well`,
  )
}
