/**
 * Asks a source for its next item while the consumer still works on this one, so that the server and we work at the
 * same time. At most one item waits.
 */
export async function* ahead<T>(source: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      next.catch(() => undefined) // it is thrown at the next turn, if the consumer takes one
      yield value
    }
  } finally {
    await source.return()
  }
}
