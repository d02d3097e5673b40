/** Leave to begin a batch, with one of Zendesk's job statuses where it says so; requests are paid as they go out. */
export interface Slot {
  /** Whether the slot holds one of Zendesk's job statuses. */
  readonly jobSlot: string | null
  /** Gives it back unused. */
  release(): Promise<void>
}

/** No slot for so long, ms. */
export interface NoSlot {
  readonly waitMs: number
  readonly because: string
}

/**
 * Asks for several slots at once. What was granted is never lost for the sake of one that failed: nobody would give it
 * back.
 *
 * @throws what the first one failed with, when none was granted
 */
export async function takeSlots(
  count: number,
  take: () => Promise<Slot | NoSlot>,
): Promise<{ slots: Slot[]; refusals: NoSlot[] }> {
  const asked = await Promise.allSettled(Array.from({ length: count }, take))
  const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const slots = answers.filter((one): one is Slot => !('waitMs' in one))
  const failure = asked.find((one) => one.status === 'rejected')
  if (failure && slots.length === 0) throw failure.reason
  return { slots, refusals: answers.filter((one) => 'waitMs' in one) }
}
