import type { Metrics } from '@provisioner/shared/metrics/metrics.ts'
import type { CycleMeter } from './cycle/cycle-meter.ts'

/** Counts the cycles that this process has run, and what they released or what went out ahead of them. */
export function meterCycles(metrics: Metrics): (connection: string) => CycleMeter {
  const cycles = metrics.counter('provisioner_cycles_total', 'Cycles that have ended, by whether they ended well', [
    'connection',
    'result',
  ])
  const durations = metrics.histogram('provisioner_cycle_duration_seconds', 'How long good cycles took', ['connection'])
  const changes = metrics.counter(
    'provisioner_changes_released_total',
    'Changes that cycles released, or what was read ahead of one',
    ['connection', 'operation'],
  )
  return (connection) => {
    const count = (released: Readonly<Record<string, number>>) => {
      for (const [operation, some] of Object.entries(released))
        changes.inc({ connection, operation: operation.replaceAll(' ', '_') }, some)
    }
    return {
      ended: ({ startedAt, endedAt, released }) => {
        cycles.inc({ connection, result: 'good' })
        durations.observe({ connection }, (endedAt - startedAt) / 1_000)
        count(released)
      },
      failed: () => cycles.inc({ connection, result: 'failed' }),
      releasedAhead: count,
    }
  }
}
