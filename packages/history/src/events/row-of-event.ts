import { HistoryEvent, type About } from '@provisioner/shared/history/event.ts'
import type { EventRow } from '../database/schema.ts'
import { eventIdOf, type StreamEntry } from './event-id.ts'
import { maskEvent } from './mask-event.ts'
import { plainText } from './plain-text.ts'

/** A row that has no place in the chain yet. */
export type NewRow = Omit<EventRow, 'account' | 'seq' | 'previous' | 'hash'>

/** The names of a connection's masked attributes, as Zendesk has them; undefined of one that is not configured. */
export type MaskedNames = (connection: string) => ReadonlySet<string> | undefined

/**
 * The row of an entry of the stream, with masked values replaced. Of one that nobody can read it is noted that it was
 * there, without its values: who could say which are masked?
 */
export function rowOfEntry(entry: StreamEntry, maskedOf: MaskedNames): NewRow {
  const event = parse(entry.text)
  const event_id = eventIdOf(entry, event)
  if (!event) return withoutWords({ event_id, stream_id: entry.id, at: timeOf(entry.id) })
  const masked = maskEvent(event, maskedOf(event.connection ?? ''))
  const about = aboutOf(masked)
  return {
    ...NOTHING,
    event_id,
    stream_id: entry.id,
    at: masked.at,
    connection: masked.connection ?? null,
    type: masked.type,
    ...(about && { kind: about.kind, ...sidesOf(about), label: plain(about.label), dn: plain(about.dn) }),
    zendesk_id: 'zendeskId' in masked ? masked.zendeskId : null,
    operation: 'operation' in masked ? plain(masked.operation) : null,
    outcome: outcomeOf(masked),
    revision: 'revision' in masked ? (masked.revision ?? null) : null,
    cycle: 'cycle' in masked ? (masked.cycle ?? null) : null,
    // of a change that is the worker's lease
    by: 'by' in masked && masked.type !== 'change' ? plain(masked.by) : null,
    body: JSON.stringify(masked),
  }
}

/** The row of an event of which nothing is told but that it was there. */
export function withoutWords({ event_id, stream_id, at }: Pick<NewRow, 'event_id' | 'stream_id' | 'at'>): NewRow {
  return { ...NOTHING, event_id, stream_id, at: Number.isSafeInteger(at) ? at : timeOf(stream_id), ...UNREADABLE }
}

const UNREADABLE = { type: 'unreadable', body: '{}' } as const

const NOTHING = {
  connection: null,
  kind: null,
  user_id: null,
  group_id: null,
  label: null,
  dn: null,
  zendesk_id: null,
  operation: null,
  outcome: null,
  revision: null,
  cycle: null,
  by: null,
} as const

function parse(text: string): HistoryEvent | undefined {
  try {
    return HistoryEvent.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Whom an event is about, if anybody. */
function aboutOf(event: HistoryEvent): About | undefined {
  if ('about' in event) return event.about
  if (event.type !== 'change' && event.type !== 'decision') return undefined
  const { kind, id, label = '', dn = '' } = event
  return kind === undefined || id === undefined ? undefined : { kind, id, label, dn }
}

/** A membership's id is that of its group, a tilde and that of its user. */
function sidesOf({ kind, id }: About): Pick<NewRow, 'user_id' | 'group_id'> {
  if (kind === 'user') return { user_id: plain(id), group_id: null }
  if (kind === 'group') return { user_id: null, group_id: plain(id) }
  const [group = '', user = ''] = id.split('~')
  return { user_id: plain(user), group_id: plain(group) }
}

function outcomeOf(event: HistoryEvent): string | null {
  if (event.type === 'change') return event.outcome
  if (event.type === 'decision') return event.verdict
  if (event.type === 'pause' || event.type === 'resume') return event.scope
  return event.type === 'cycle' ? (event.failure ? 'failed' : 'ended') : null
}

function plain(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : plainText(text)
}

/** An id of a stream begins with ms since the epoch. */
function timeOf(id: string): number {
  return Number(id.split('-')[0])
}

/** The row that says how many events are missing before an entry of the stream: nobody had taken them for too long. */
export function rowOfDropped(count: number, before: string | undefined, at: number): NewRow {
  const text = JSON.stringify(['dropped', before, count])
  return {
    ...NOTHING,
    event_id: eventIdOf({ id: before ?? '', text }, undefined),
    stream_id: before ?? '',
    at,
    type: 'dropped',
    body: JSON.stringify({ type: 'dropped', at, count }),
  }
}
