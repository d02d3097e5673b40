/** So many are named of a list that may have thousands. */
const NAMED = 3

/** The first names of a list, in order, and how many more there are. @param count of all, where not all are named */
export function nameSome(names: readonly string[], count = names.length): string[] {
  const more = count - NAMED
  return [...names.toSorted().slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])]
}
