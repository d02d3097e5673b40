import { formatDuration } from '@provisioner/shared/duration.ts'

/** The time left is told once so many changes are written, and so much time has passed, ms: before, it is a guess. */
const FROM_WRITTEN = 10
const FROM_MS = 3_000

/** `120 of 400 written, about 45 s left`. @param ms since the first look */
export function describeProgress({ written, waiting, ms }: { written: number; waiting: number; ms: number }): string {
  const done = `${written} of ${written + waiting} written`
  if (waiting === 0 || written < FROM_WRITTEN || ms < FROM_MS) return done
  return `${done}, about ${formatDuration(Math.ceil((waiting * ms) / written / 1_000) * 1_000)} left`
}
