import { hash } from 'node:crypto'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'

/** An entry of the account's stream. */
export interface StreamEntry {
  readonly id: string
  /** Its one field, `event`. */
  readonly text: string
}

/**
 * Names an event, the same when it comes a second time:
 *
 *   comes again since                                     | is known by
 *   ------------------------------------------------------|--------------------------------------------------
 *   whoever took it died before the stream forgot it      | its id in the stream, and what it says
 *   Redis lost its last second, and was told a change anew | what is the same in both (`history/event.ts`)
 *
 * An id of the stream alone names nothing: a Redis that was restored, or whose clock went back, gives it once more.
 */
export function eventIdOf({ id, text }: StreamEntry, event: HistoryEvent | undefined): string {
  return hash('sha256', JSON.stringify(event && told(event) ? told(event) : [id, text]), 'base64url').slice(0, 27)
}

function told(event: HistoryEvent): readonly unknown[] | undefined {
  if (event.type !== 'change' || event.by === undefined) return undefined
  const { connection, kind, id, revision, operation, outcome, by, after } = event
  // one job may change one thing twice: a group that swaps its name with another one steps aside first
  const name = kind === 'group' && after ? [after.name ?? null] : []
  return [connection, kind, id, revision, operation, outcome, by, ...name]
}
