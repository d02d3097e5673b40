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

/** The events of all accounts, the newest first; those of one account in their order. @param limit at most so many */
export async function* readEvents(
  database: Kysely<HistoryTables>,
  wanted: Wanted,
  limit = Infinity,
): AsyncGenerator<EventRow> {
  const accounts = wanted.accounts.map((account) => eventsOf(database, account, wanted, limit))
  const heads = await Promise.all(accounts.map(async (events) => ({ events, next: await events.next() })))
  for (let left = limit; left > 0; left--) {
    const [newest] = heads.filter(({ next }) => !next.done).sort((a, b) => b.next.value!.at - a.next.value!.at)
    if (!newest) return
    yield newest.next.value!
    newest.next = await newest.events.next()
  }
}

async function* eventsOf(
  database: Kysely<HistoryTables>,
  account: string,
  wanted: Wanted,
  limit: number,
): AsyncGenerator<EventRow, undefined> {
  const asked = Math.min(PAGE, limit)
  for (let before: number | undefined; ;) {
    let query = narrowed(database.selectFrom('events').selectAll('events'), account, wanted)
    if (before !== undefined) query = query.where('events.seq', '<', before)
    const page = await query.orderBy('events.seq', 'desc').limit(asked).execute()
    yield* page
    if (page.length < asked) return undefined
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
  if (operation !== undefined) {
    const asked = operation.toLowerCase()
    // of the two databases one alone would tell upper from lower case
    const name = sql<string>`lower(events.operation)`
    query = query.where((e) =>
      e.or([
        ...[e(name, '=', asked), e('events.type', '=', asked)],
        // its first word, as `suspend`
        e(name, 'like', `${asked.replaceAll(/[%_]/g, '')} %`),
      ]),
    )
  }
  if (by !== undefined) query = query.where((e) => isWho(e, e.ref('events.by'), by))
  if (approvedBy !== undefined) query = query.where((e) => wasApprovedBy(e, account, approvedBy))
  if (about) query = query.where((e) => e.or(about.map((one) => isAbout(e, one))))
  return query
}

function isAbout(e: Expressions, { connection, kind, id }: Pick<InHistory, 'connection' | 'kind' | 'id'>) {
  return e.and([
    e('events.connection', '=', connection),
    e(kind === 'user' ? 'events.user_id' : 'events.group_id', '=', id),
  ])
}

/**
 * The newest decision on the same change of the same entity, before it was made, is this one's approval. It is looked
 * for by the index of users or that of groups, and only of whom they have decided on anything.
 */
function wasApprovedBy(e: Expressions, account: string, who: string) {
  const ofTheirs = (column: 'user_id' | 'group_id') =>
    e
      .selectFrom('events as own')
      .select(`own.${column}`)
      .where('own.account', '=', account)
      .where('own.type', '=', 'decision')
      .where(`own.${column}`, 'is not', null)
      .where((own) => isWho(own, own.ref('own.by'), who))
  const decided = (column: 'user_id' | 'group_id') =>
    e
      .selectFrom('events as decision')
      .select(sql<string | null>`case when decision.outcome = 'approve' then decision.by end`.as('by'))
      .where('decision.account', '=', account)
      .whereRef(`decision.${column}`, '=', `events.${column}`)
      .whereRef('decision.connection', '=', 'events.connection')
      .where('decision.type', '=', 'decision')
      .whereRef('decision.kind', '=', 'events.kind')
      .whereRef('decision.operation', '=', 'events.operation')
      .whereRef('decision.seq', '<', 'events.seq')
      // a membership is of both
      .where((d) => d.or([d('events.kind', '!=', 'membership'), d('decision.group_id', '=', d.ref('events.group_id'))]))
      .orderBy('decision.seq', 'desc')
      .limit(1)
  const isOf = (column: 'user_id' | 'group_id') =>
    e.and([e(`events.${column}`, 'in', ofTheirs(column)), isWho(e, decided(column), who)])
  return e.and([
    e('events.type', '=', 'change'),
    e.or([
      e.and([e('events.kind', '=', 'group'), isOf('group_id')]),
      e.and([e('events.kind', '!=', 'group'), isOf('user_id')]),
    ]),
  ])
}

/** A name as it is, or that of a user without their host. */
function isWho(e: Expressions, name: Expression<unknown>, who: string) {
  const user = `${who}@`
  return e.or([sql<SqlBool>`${name} = ${who}`, sql<SqlBool>`substr(${name}, 1, ${sql.lit(user.length)}) = ${user}`])
}
