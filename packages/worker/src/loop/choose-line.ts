/** Most jobs in one Zendesk request. */
export const BATCH = 100

/** How long a small batch may wait to grow, ms. Without it idle slots eat tiny batches. */
export const LINGER_MS = 300

/** What choosing needs to know of a queue. */
export interface Choosable {
  readonly removal: boolean
  readonly ready: number
  readonly readySince: number
}

/**
 * The queues worth a slot now, the most urgent first: removals at once, then full batches and those that lingered long
 * enough, the oldest first.
 */
export function chooseLines<L extends Choosable>(lines: readonly L[], now: number, lingerMs: number = LINGER_MS): L[] {
  const ripe = lines.filter(
    (line) => line.ready > 0 && (line.removal || line.ready >= BATCH || now - line.readySince >= lingerMs),
  )
  return ripe.sort((a, b) => Number(b.removal) - Number(a.removal) || a.readySince - b.readySince)
}

/** When the next lingering queue ripens, ms since the epoch; Infinity when none lingers. */
export function nextRipe(lines: readonly Choosable[], lingerMs: number = LINGER_MS): number {
  return Math.min(
    ...lines.filter((line) => line.ready > 0 && !line.removal).map((line) => line.readySince + lingerMs),
    Infinity,
  )
}
