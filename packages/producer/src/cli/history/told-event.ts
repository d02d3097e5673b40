import { flat, type MaskedAttributes } from '@provisioner/history/events/mask-event.ts'
import type { EventRow } from '@provisioner/history/database/schema.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'

/** One event as commands tell it; `--json` prints it as it is. Times are ms since the epoch. */
export interface ToldEvent extends Pick<EventRow, 'account' | 'seq' | 'at' | 'connection' | 'type' | 'kind'> {
  /** What was done: `suspend user`, `approve suspend user`, `pause all`. */
  readonly operation: string
  readonly outcome: string | null
  readonly label: string | null
  readonly dn: string | null
  readonly userId: string | null
  readonly groupId: string | null
  readonly zendeskId: number | null
  readonly revision: number | null
  readonly cycle: number | null
  readonly by: string | null
  /** Each attribute that changed; of one that is masked only that it did. */
  readonly changes: readonly ToldChange[]
  /** Why, in words: a reason that somebody gave, Zendesk's refusal, the cause of what was held. */
  readonly cause: string | null
  readonly requestId: string | null
  readonly jobStatusId: string | null
  readonly hash: string
}

export interface ToldChange {
  readonly attribute: string
  readonly before: unknown
  readonly after: unknown
  readonly masked: boolean
}

/** What a row of the history says. */
export function tellEvent(row: EventRow): ToldEvent {
  const body = JSON.parse(row.body) as Partial<Body>
  return {
    account: row.account,
    seq: row.seq,
    at: row.at,
    connection: row.connection,
    type: row.type,
    kind: row.kind,
    operation: operationOf(row, body),
    outcome: row.outcome,
    label: row.label,
    dn: row.dn,
    userId: row.user_id,
    groupId: row.group_id,
    zendeskId: row.zendesk_id,
    revision: row.revision,
    cycle: row.cycle,
    by: row.by,
    changes: row.type === 'change' ? changesIn(body) : [],
    cause: causeOf(body),
    requestId: body.requestId ?? null,
    jobStatusId: body.jobStatusId ?? null,
    hash: row.hash,
  }
}

/** What an event may have, of whatever type. */
type Body = Pick<Extract<HistoryEvent, { type: 'change' }>, 'before' | 'after'> & {
  readonly masked: MaskedAttributes
  readonly reason: string
  readonly cause: string
  readonly refusal: { readonly code: string; readonly message: string }
  readonly failure: { readonly code: string; readonly what: string }
  readonly jobs: number
  readonly count: number
  readonly requestId: string
  readonly jobStatusId: string
  readonly undo: string
  readonly what: string
}

function operationOf({ type, operation, outcome }: EventRow, { jobs, count }: Partial<Body>): string {
  if (type === 'change' || type === 'ledger') return operation ?? type
  if (type === 'decision') return `${outcome} ${operation ?? 'the first plan'}`
  if (type === 'pause' || type === 'resume') return `${type} ${outcome}`
  if (type === 'retry') return `retry of ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`
  if (type === 'dropped') return `${count} events are missing: the database was away for too long`
  return operation === null ? type : `${type}: ${operation}`
}

function changesIn({ before, after, masked = {} }: Partial<Body>): ToldChange[] {
  const [was, is] = [before ?? null, after ?? null].map((one) => {
    const all = flat(one)
    if (one) all.set('presence', one.presence)
    if (one?.name !== undefined) all.set('name', one.name)
    return all
  }) as [Map<string, unknown>, Map<string, unknown>]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((name) => (masked[name] ?? (isSame(was.get(name), is.get(name)) ? 'same' : 'changed')) === 'changed')
    .map((attribute) => ({
      attribute,
      before: was.get(attribute) ?? null,
      after: is.get(attribute) ?? null,
      masked: attribute in masked,
    }))
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null)
}

function causeOf({ reason, cause, refusal, failure, undo, what }: Partial<Body>): string | null {
  if (refusal) return `${refusal.code}: ${refusal.message}`
  if (failure) return `${failure.code}: ${failure.what}`
  const words = [what, cause, reason, undo === undefined ? undefined : `undo ${undo}`].filter(
    (one) => one !== undefined,
  )
  return words.length > 0 ? words.join('; ') : null
}
