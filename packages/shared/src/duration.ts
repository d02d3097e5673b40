/** Milliseconds of each unit that a duration may be written in. */
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `60s`, `15m`, `24h` or `7d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS]
}

/** A duration in ms for people: `250 ms`, `12 s`, `3 min`, `2 h`, `4 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`
}
