import type { Metrics } from '@provisioner/shared/metrics/metrics.ts'
import type { OnCycle } from './producer.ts'

/** Counts the cycles that this process has run, and what they released. */
export function meterCycles(metrics: Metrics): OnCycle {
  const cycles = metrics.counter('provisioner_cycles_total', 'Cycles that have ended, by whether they ended well', [
    'connection',
    'result',
  ])
  const durations = metrics.histogram('provisioner_cycle_duration_seconds', 'How long good cycles took', ['connection'])
  const released = metrics.counter('provisioner_changes_released_total', 'Changes that cycles released', [
    'connection',
    'operation',
  ])
  return (connection, ended) => {
    cycles.inc({ connection, result: ended ? 'good' : 'failed' })
    if (!ended) return
    durations.observe({ connection }, (ended.endedAt - ended.startedAt) / 1_000)
    for (const [operation, count] of Object.entries(ended.released))
      released.inc({ connection, operation: operation.replaceAll(' ', '_') }, count)
  }
}
