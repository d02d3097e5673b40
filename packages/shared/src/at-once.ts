/**
 * Works on items in their order, on `width` of them at once: a server works on one while the next is made ready. The
 * results come in the order of the items.
 *
 * @throws the failure of the first item, in their order, that failed; nothing is begun after it was met
 */
export async function atOnce<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const under: Promise<R>[] = []
  for (const item of items) {
    const result = work(item)
    // thrown when its turn comes
    result.catch(() => undefined)
    under.push(result)
    if (under.length >= width) results.push(await under.shift()!)
  }
  for (const result of under) results.push(await result)
  return results
}

/** Parts of a list, `size` items each but the last. */
export function partsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_none, i) => items.slice(i * size, (i + 1) * size))
}
