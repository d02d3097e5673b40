import {
  sql,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely'
import type { EventRow, HistoryTables } from '../database/schema.ts'
import type { InHistory } from './find-named-in-history.ts'

/** Which events are asked for; what is undefined does not narrow them. */
export interface Wanted {
  readonly accounts: readonly string[]
  /** Whom they are about; of a user and a group also the memberships. */
  readonly about?: readonly Pick<InHistory, 'connection' | 'kind' | 'id'>[] | undefined
  readonly connection?: string | undefined
  /** `suspend user`, or the type of what is no change: `pause`. */
  readonly operation?: string | undefined
  readonly cycle?: number | undefined
  /** Ms since the epoch. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Who did it: a whole name, or a user whatever their host. */
  readonly by?: string | undefined
  /** Changes that this one approved: the newest decision on them before they were made. */
  readonly approvedBy?: string | undefined
}

/** So many rows are read at once. */
const PAGE = 1_000

/** The events of each account, the newest first. @param limit at most so many of all */
export async function* readEvents(
  database: Kysely<HistoryTables>,
  wanted: Wanted,
  limit = Infinity,
): AsyncGenerator<EventRow> {
  let left = limit
  for (const account of wanted.accounts)
    for (let before: number | undefined; left > 0;) {
      let query = narrowed(database.selectFrom('events').selectAll('events'), account, wanted)
      if (before !== undefined) query = query.where('events.seq', '<', before)
      const asked = Math.min(PAGE, left)
      const page = await query.orderBy('events.seq', 'desc').limit(asked).execute()
      yield* page
      left -= page.length
      if (page.length < asked) break
      before = page.at(-1)!.seq
    }
}

type Events = SelectQueryBuilder<HistoryTables, 'events', EventRow>
type Expressions = ExpressionBuilder<HistoryTables, 'events'>

function narrowed(events: Events, account: string, wanted: Wanted): Events {
  const { about, connection, operation, cycle, since, until, by, approvedBy } = wanted
  let query = events.where('events.account', '=', account)
  if (connection !== undefined) query = query.where('events.connection', '=', connection)
  // SQLite knows nothing of how many there are, and would go through all of a time in search of somebody's
  const at = about ? sql<number>`events.at + 0` : sql<number>`events.at`
  if (since !== undefined) query = query.where(at, '>=', since)
  if (until !== undefined) query = query.where(at, '<', until)
  if (cycle !== undefined) query = query.where('events.cycle', '=', cycle)
  if (operation !== undefined)
    query = query.where((e) =>
      e.or([
        ...[e('events.operation', '=', operation), e('events.type', '=', operation)],
        // its first word, as `suspend`
        e('events.operation', 'like', `${operation.replaceAll(/[%_]/g, '')} %`),
      ]),
    )
  if (by !== undefined) query = query.where((e) => isWho(e, e.ref('events.by'), by))
  if (approvedBy !== undefined) query = query.where((e) => wasApprovedBy(e, approvedBy))
  if (about) query = query.where((e) => e.or(about.map((one) => isAbout(e, one))))
  return query
}

function isAbout(e: Expressions, { connection, kind, id }: Pick<InHistory, 'connection' | 'kind' | 'id'>) {
  return e.and([
    e('events.connection', '=', connection),
    e(kind === 'user' ? 'events.user_id' : 'events.group_id', '=', id),
  ])
}

/** The newest decision on the same change of the same entity, before it was made, is this one's approval. */
function wasApprovedBy(e: Expressions, who: string) {
  const decided = e
    .selectFrom('events as decision')
    .select('decision.by')
    .whereRef('decision.account', '=', 'events.account')
    .whereRef('decision.connection', '=', 'events.connection')
    .where('decision.type', '=', 'decision')
    .whereRef('decision.kind', '=', 'events.kind')
    .whereRef('decision.operation', '=', 'events.operation')
    .whereRef('decision.seq', '<', 'events.seq')
    .where((d) =>
      d.or([
        d.and([d('events.kind', '!=', 'group'), d('decision.user_id', '=', d.ref('events.user_id'))]),
        d.and([d('events.kind', '=', 'group'), d('decision.group_id', '=', d.ref('events.group_id'))]),
      ]),
    )
    .orderBy('decision.seq', 'desc')
    .limit(1)
  return e.and([e('events.type', '=', 'change'), isWho(e, decided, who)])
}

/** A name as it is, or that of a user without their host. */
function isWho(e: Expressions, name: Expression<unknown>, who: string) {
  const user = `${who}@`
  return e.or([sql<SqlBool>`${name} = ${who}`, sql<SqlBool>`substr(${name}, 1, ${sql.lit(user.length)}) = ${user}`])
}
