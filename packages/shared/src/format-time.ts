/** A point in time for people, to the second: `2026-11-28 09:00:00 UTC`. @param at ms since the epoch */
export function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
