import type { OwnerRef } from '../ledger/owner.ts'

/**
 * Whose a Zendesk object is, in words.
 *
 *   the entry is                                     | words
 *   -------------------------------------------------|---------------------------------------
 *   not known                                        | entry 3f2a of connection 'contractors'
 *   known by its DN, and of the connection of `told` | its DN
 *   known by its DN, and of another one              | its DN (connection 'contractors')
 */
export function describeOwner(
  { connection, id }: OwnerRef,
  known: { readonly dn?: string | undefined; readonly told?: string } = {},
): string {
  if (known.dn === undefined) return `entry ${id} of connection '${connection}'`
  return connection === known.told ? known.dn : `${known.dn} (connection '${connection}')`
}
