import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Pending } from '@provisioner/shared/ledger/pending.ts'

/**
 * Of the users who were refused because another entry has their address: those whose way is free by now, or may be. The
 * entry in the way was released or written since, or its own way is one of these: two people who swap addresses, of
 * whom an admin approved one after the other, were refused because of each other, and are tried again together.
 *
 * Nobody is tried twice for the same reason: who is refused again is so because of the newer revision.
 */
export async function whoseWayIsFree(reader: LedgerReader, refused: readonly Pending[]): Promise<Pending[]> {
  const byHolder = Map.groupBy(refused, (one) => one.inTheWay!.id)
  const holders = await reader.records('user', [...byHolder.keys()])
  const holderOf = new Map([...byHolder.keys()].map((id, i) => [id, holders[i]]))
  const free = new Set(
    refused.filter(({ inTheWay }) => {
      const holder = holderOf.get(inTheWay!.id)
      return holder?.revision !== inTheWay!.revision || holder.appliedRevision !== inTheWay!.appliedRevision
    }),
  )
  // A set is walked to its end, with what is added on the way.
  for (const one of free) for (const next of byHolder.get(one.ref.id) ?? []) free.add(next)
  return [...free]
}
