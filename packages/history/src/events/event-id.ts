import { hash } from 'node:crypto'
import type { ChangeEvent, HistoryEvent } from '@provisioner/shared/history/event.ts'

/** An entry of the account's stream. */
export interface StreamEntry {
  readonly id: string
  /** Its one field, `event`. */
  readonly text: string
}

/**
 * Names an event, the same when it comes a second time:
 *
 *   comes again since                                      | is known by
 *   -------------------------------------------------------|--------------------------------------------------------
 *   whoever took it died before the stream forgot it       | its id in the stream, with what it is about
 *   Redis lost its last second, and was told a change anew | what is the same in both (`history/event.ts`)
 *
 * An id of the stream alone names nothing: a Redis that was restored, or whose clock went back, gives it once more. No
 * value of Zendesk's is in a name but that of a group: who knew the rest of the event could try out masked ones.
 */
export function eventIdOf({ id, text }: StreamEntry, event: HistoryEvent | undefined): string {
  const named = event ? (told(event) ?? [id, ...about(event)]) : [id, text]
  return hash('sha256', JSON.stringify(named), 'base64url').slice(0, 27)
}

function told(event: HistoryEvent): readonly unknown[] | undefined {
  if (event.type !== 'change' || event.by === undefined) return undefined
  const { connection, kind, id, by } = event
  return [connection, kind, id, by, ...effectOf(event)]
}

/**
 * What a request has done to its one entity, in words that a Redis does not change that knows less of the entity by
 * then: not what was released, nor what Zendesk held before.
 */
function effectOf({ kind, outcome, revision, after }: ChangeEvent): readonly unknown[] {
  if (outcome === 'refused') return ['refused']
  if (after === null) return ['gone']
  // one job may change one thing twice: a group that swaps its name with another one steps aside first
  return [outcome, revision, ...(kind === 'group' ? [after.name ?? null] : [])]
}

function about(event: HistoryEvent): readonly unknown[] {
  const { type, at, connection = null } = event
  const { kind = null, id = null } = 'about' in event ? (event.about ?? {}) : 'kind' in event ? event : {}
  return [type, at, connection, kind, id, 'operation' in event ? (event.operation ?? null) : null]
}
