/**
 * Asks a source for its next item before the consumer has worked on this one, so that the server and we work at the
 * same time. At most one item waits. Where an item says that the source must rest meanwhile, it rests.
 */
export async function* ahead<T>(
  source: AsyncGenerator<T, void, void>,
  mustRest: (item: T) => boolean,
): AsyncGenerator<T, void, void> {
  try {
    let next = source.next()
    for (;;) {
      const { done, value } = await next
      if (done) return
      if (mustRest(value)) {
        yield value
        next = source.next()
      } else {
        next = source.next()
        next.catch(() => undefined) // it is thrown at the next turn, if the consumer takes one
        yield value
      }
    }
  } finally {
    await source.return()
  }
}
