/** How long something took, s. */
export async function timed(what: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await what()
  return (performance.now() - from) / 1_000
}
