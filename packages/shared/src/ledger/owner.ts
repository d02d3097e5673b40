/** The entry of one connection that a Zendesk object belongs to. */
export interface OwnerRef {
  readonly connection: string
  /** The entry's directory id. */
  readonly id: string
}

/** Separates the two parts of an owner. A connection's id never contains it. */
const BAR = '|'

/** An owner as the account's hashes have it: `staff|3f2a…`. The scripts of `lua/` write the same. */
export function formatOwner({ connection, id }: OwnerRef): string {
  return `${connection}${BAR}${id}`
}

/**
 * Reads an owner from Redis.
 *
 *   text      | owner
 *   ----------|----------------------------------------------------------
 *   none      | null: nobody has the object
 *   staff|u1  | `u1` of `staff`
 *   staff|u|1 | `u|1` of `staff`
 *   u1        | `u1` of no connection: the object is not ours, and not free
 */
export function parseOwner(text: string): OwnerRef
export function parseOwner(text: string | null | undefined): OwnerRef | null
export function parseOwner(text: string | null | undefined): OwnerRef | null {
  if (text == null) return null
  const bar = text.indexOf(BAR)
  return { connection: text.slice(0, Math.max(bar, 0)), id: text.slice(bar + 1) }
}

/** The directory id of an owner that is an entry of this connection; undefined for nobody and for another's. */
export function idWithin(connection: string, owner: OwnerRef | null): string | undefined {
  return owner?.connection === connection ? owner.id : undefined
}

const OWNED_BY = 'owned by '

/** Who has the object that a script did not link, by its answer `owned by staff|u1`; null for any other answer. */
export function ownerInAnswer(answer: string | undefined): OwnerRef | null {
  return answer?.startsWith(OWNED_BY) ? parseOwner(answer.slice(OWNED_BY.length)) : null
}

/** Who asked for an object that another connection's entry has, and when. */
export interface Claim extends OwnerRef {
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A claim as the account's hash has it: `contractors|u7|1795000000000`. */
export function formatClaim({ at, ...owner }: Claim): string {
  return `${formatOwner(owner)}${BAR}${at}`
}

/** Reads a claim from Redis; null for none. */
export function parseClaim(text: string | null | undefined): Claim | null {
  if (text == null) return null
  const bar = text.lastIndexOf(BAR)
  return { ...parseOwner(text.slice(0, Math.max(bar, 0))), at: Number(text.slice(bar + 1)) }
}
