/** Below which share of the entries a base is not proposed: a handful of accounts elsewhere must not widen it. */
const MOST = 0.95

/** Where entries lie. */
export interface Place {
  /** A normalised DN. */
  readonly base: string
  /** How many of the entries lie below it, or are it. */
  readonly count: number
}

/**
 * The deepest base below which nearly all entries lie, and the places of the others, the fullest first. Undefined where
 * there are none.
 *
 * @param parents how many entries lie right below each DN, by its normalised form
 */
export function whereMostLie(
  parents: ReadonlyMap<string, number>,
): (Place & { readonly elsewhere: readonly Place[] }) | undefined {
  const total = [...parents.values()].reduce((sum, count) => sum + count, 0)
  const below = new Map<string, number>()
  for (const [parent, count] of parents)
    for (const base of ancestorsOf(parent)) below.set(base, (below.get(base) ?? 0) + count)
  const [found] = [...below]
    .filter(([, count]) => count >= MOST * total)
    .sort(([a], [b]) => ancestorsOf(b).length - ancestorsOf(a).length)
  if (!found) return undefined
  const [base, count] = found
  const elsewhere = [...parents]
    .filter(([parent]) => parent !== base && !parent.endsWith(`,${base}`))
    .map(([parent, here]) => ({ base: parent, count: here }))
    .toSorted((a, b) => b.count - a.count)
  return { base, count, elsewhere }
}

/** A DN's key and those above it: within a key, a comma of a value is escaped. */
function ancestorsOf(key: string): string[] {
  const parts = key.split(',')
  return parts.map((_part, i) => parts.slice(i).join(','))
}
