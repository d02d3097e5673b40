/** What the product keeps in sync. A membership joins one group and one user. */
export type Kind = 'user' | 'group' | 'membership'

/** Names one entity of one connection: the key of the ledger, of leases and of jobs. */
export interface EntityRef {
  readonly connection: string
  readonly kind: Kind
  /** The directory id; of a membership the two ids of its sides, see {@link membershipId}. */
  readonly id: string
}

/** Separates the group's from the user's directory id. `~` never survives {@link encodeDirectoryId}. */
const SIDES = '~'

/** A membership has no id of its own in any directory: it is known by its two sides. */
export function membershipId(groupId: string, userId: string): string {
  return `${groupId}${SIDES}${userId}`
}

/** The two directory ids of a membership's id. */
export function membershipSides(id: string): { groupId: string; userId: string } {
  const at = id.indexOf(SIDES)
  if (at < 1) throw new TypeError(`'${id}' is not a membership's id: expected GROUP${SIDES}USER`)
  return { groupId: id.slice(0, at), userId: id.slice(at + 1) }
}

const UNOWNED = /^zendesk-(\d+)$/

/**
 * What stands in a membership in the place of the directory id of a user whom no entry of its connection has: who was
 * put into the group by hand, and who is another connection's. `lua/memberships.ts` reads the same.
 */
export function unownedUser(zendeskId: number): string {
  return `zendesk-${zendeskId}`
}

/** The Zendesk id of such a user; undefined of one whom an entry has. */
export function unownedZendeskId(userId: string): number | undefined {
  const digits = UNOWNED.exec(userId)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * A directory id as it may stand in a Redis key and in a BullMQ job id, which refuses colons.
 * UUIDs and hex pass unchanged; anything else is percent-encoded, `~` and `.` included.
 */
export function encodeDirectoryId(id: string): string {
  return encodeURIComponent(id).replace(/[~.!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** What {@link encodeDirectoryId} made of an id, the other way round. */
export function decodeDirectoryId(id: string): string {
  return decodeURIComponent(id)
}

/**
 * The idempotency key of one change: connection, kind, directory id, revision.
 * BullMQ ignores a second job of the same id, so enqueuing a plan twice yields one set of jobs.
 */
export function jobId(ref: EntityRef, revision: number): string {
  return `${ref.connection}.${ref.kind}.${ref.id}.${revision}`
}

/**
 * What a job's id names. The id, and not the job's data, says what to write: data can be edited in Bull Board.
 * Undefined for an id that is not ours.
 */
export function parseJobId(id: string): { ref: EntityRef; revision: number } | undefined {
  const [connection, kind, entity, revision, ...rest] = id.split('.')
  if (!connection || !entity || rest.length > 0 || !/^\d+$/.test(revision ?? '')) return undefined
  if (kind !== 'user' && kind !== 'group' && kind !== 'membership') return undefined
  return { ref: { connection, kind, id: entity }, revision: Number(revision) }
}
