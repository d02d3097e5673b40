import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** How long a scrape waits for what is read for it, ms: Prometheus gives up after 10 s by default. */
const REFRESH_MS = 5_000

/** What a process tells Prometheus of itself. */
export interface Metrics {
  /** Adds up what happens in this process. @param name with its unit, and `_total` at its end */
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>
  /** Durations, s. */
  histogram<L extends string>(name: string, help: string, labels: readonly L[]): Histogram<L>
  /** What is so at the moment. */
  gauge<L extends string>(name: string, help: string, labels: readonly L[]): Gauge<L>
  /** Has gauges read anew before each scrape. Those of which one fails, or is late, say nothing then. */
  beforeScrape(refresh: Refresh): void
  /** All of it in Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** Gauges that are read together. */
export interface Refresh {
  readonly gauges: readonly Gauge[]
  /** Sets them; what it does not set is gone. */
  readonly read: () => Promise<void>
}

/** Seconds of requests to Zendesk, which take from 50 ms up to half a minute. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The metrics of a process: those of Node.js under their usual names, ours begin with `provisioner_`. */
export function createMetrics({ service, version }: { service: string; version: string }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({
    ...{ name: 'provisioner_build_info', help: 'Which version runs; always 1', labelNames: ['service', 'version'] },
    registers,
  }).set({ service, version }, 1)
  const up = new Gauge({
    name: 'provisioner_ledger_up',
    help: '1 when what is read for a scrape, from Redis, could be read; else 0, and it is left out',
    registers,
  })
  const refreshes: Refresh[] = []
  const scrape = async () => {
    const read = await Promise.all(refreshes.map(refreshed))
    up.set(read.every(Boolean) ? 1 : 0)
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
  let scraping: ReturnType<typeof scrape> | undefined
  return {
    counter: (name, help, labelNames) => new Counter({ name, help, labelNames, registers }),
    histogram: (name, help, labelNames) => new Histogram({ name, help, labelNames, buckets: BUCKETS, registers }),
    gauge: (name, help, labelNames) => new Gauge({ name, help, labelNames, registers }),
    beforeScrape: (refresh) => void refreshes.push(refresh),
    // two at once are one
    scrape: () => (scraping ??= scrape().finally(() => (scraping = undefined))),
  }
}

/** Whether gauges could be read. What one that is late says later is there at the next scrape, and read anew then. */
async function refreshed({ gauges, read }: Refresh): Promise<boolean> {
  for (const gauge of gauges) gauge.reset()
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), REFRESH_MS)
  const isRead = await Promise.race([
    read().then(
      () => true,
      () => false,
    ),
    late,
  ])
  clearTimeout(timer)
  if (!isRead) for (const gauge of gauges) gauge.reset()
  return isRead
}
