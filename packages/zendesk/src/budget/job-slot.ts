import { randomUUID } from 'node:crypto'

/** A new id for one of Zendesk's job statuses that a worker holds: a UUID, which has no bar, and the worker's name. */
export function newSlotId(holder: string): string {
  return `${randomUUID()}|${holder}`
}

/** Who holds a job status, by its slot's id. */
export function holderOf(slotId: string): string {
  return slotId.slice(slotId.indexOf('|') + 1)
}
