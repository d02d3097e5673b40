import { ChangeEvent } from '@provisioner/shared/history/event.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import type { EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import type { EventRow, HistoryTables } from '../database/schema.ts'
import type { ExpressionBuilder, Kysely } from 'kysely'
import type { MaskedAttributes } from '../events/mask-event.ts'
import { partsOf } from '@provisioner/shared/at-once.ts'

/** A revision is a time in ms, a cycle's number one in µs. */
const US_PER_MS = 1_000

/** Names in one query: what SQLite and PostgreSQL take with room to spare. */
const AT_ONCE = 100

type Expressions = ExpressionBuilder<HistoryTables, 'events'>

/** A change, and its number. */
export interface NumberedChange {
  readonly seq: number
  readonly event: ChangeEvent
  /** Names of masked attributes that it changed: their values are nowhere. */
  readonly masked: readonly string[]
}

/** The changes that the history's database has of an account, the oldest first. Masked values are none of them. */
export function changesInHistory(database: Kysely<HistoryTables>, account: string) {
  const events = () => database.selectFrom('events').selectAll().where('account', '=', account).orderBy('seq')
  const changes = () => events().where('type', '=', 'change')
  return {
    /** Those with these numbers. */
    withNumbers: async (seqs: readonly number[]) => {
      const rows: EventRow[] = []
      for (const part of partsOf([...seqs], AT_ONCE)) rows.push(...(await changes().where('seq', 'in', part).execute()))
      return rows.flatMap(changeOf)
    },
    /** Those that a cycle has released. @param cycle as `CycleEvent.cycle` has it */
    ofCycle: async (cycle: number) => {
      const cycles = await events().where('type', '=', 'cycle').where('cycle', '>=', cycle).execute()
      const own = cycles.find((one) => one.cycle === cycle)?.connection
      const after = cycles.flatMap((one) => (one.connection === own && one.cycle! > cycle ? [one.cycle!] : []))
      const next = Math.min(...after, Infinity)
      const from = Math.floor(cycle / US_PER_MS)
      const rows = await changes()
        .where((e) => e.or([e('cycle', '=', cycle), e.and([e('cycle', 'is', null), e('revision', '>=', from)])]))
        .execute()
      const isOf = ({ cycle: named, connection, revision }: EventRow) => {
        if (named !== null) return true
        const released = revision! * US_PER_MS
        return own !== undefined && connection === own && released >= cycle && released < next
      }
      return rows.filter(isOf).flatMap(changeOf)
    },
    /** Of a user or group, and of its memberships, since then (ms since the epoch). */
    about: async (connection: string, one: EntityName, since: number) => {
      const own = one.kind === 'group' ? 'group_id' : 'user_id'
      const ofConnection = changes().where('connection', '=', connection).where('at', '>=', since)
      return (await ofConnection.where(own, '=', one.id).execute()).flatMap(changeOf)
    },
    /** What has become of these themselves since that number. */
    after: async (connection: string, entities: readonly EntityName[], seq: number) => {
      const rows: EventRow[] = []
      const ofConnection = () => changes().where('connection', '=', connection).where('seq', '>', seq)
      for (const part of partsOf([...new Map(entities.map((one) => [`${one.kind}|${one.id}`, one])).values()], AT_ONCE))
        rows.push(
          ...(await ofConnection()
            .where((e) => e.or(part.map((one) => isOne(e, one))))
            .execute()),
        )
      return rows.flatMap(changeOf)
    },
  }
}

function isOne(e: Expressions, { kind, id }: EntityName) {
  if (kind !== 'membership') return e.and([e('kind', '=', kind), e(kind === 'user' ? 'user_id' : 'group_id', '=', id)])
  const { groupId, userId } = membershipSides(id)
  return e.and([e('kind', '=', kind), e('group_id', '=', groupId), e('user_id', '=', userId)])
}

/** What another version has written and nobody can read is left out. */
function changeOf({ seq, body }: EventRow): NumberedChange[] {
  const stored: unknown = JSON.parse(body)
  const { data } = ChangeEvent.safeParse(stored)
  const { masked = {} } = stored as { masked?: MaskedAttributes }
  const changed = Object.keys(masked).filter((name) => masked[name] === 'changed')
  return data ? [{ seq, event: data, masked: changed }] : []
}
