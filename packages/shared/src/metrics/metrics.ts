import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** How long a scrape waits for what is read for it, ms: Prometheus gives up after 10 s by default. */
const READ_MS = 5_000

/** What a process tells Prometheus of itself. */
export interface Metrics {
  /** Adds up what happens in this process. @param name with its unit, and `_total` at its end */
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>
  /** Durations, s. */
  histogram<L extends string>(name: string, help: string, labels: readonly L[]): Histogram<L>
  /** Gauges that are read together before each scrape. */
  readings(): Readings
  /** All of it in Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** What is so at the moment, as it is read for a scrape. A reading that fails, or is late, is left out of it. */
export interface Readings {
  gauge<L extends string>(name: string, help: string, labels: readonly L[]): Gauge<L>
  /** Says how the gauges are set. What `read` does not set is gone. */
  beforeScrape(read: () => Promise<void>): void
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
  const all: Reading[] = []
  const scrape = async () => {
    const texts = await Promise.all(all.map((reading) => reading.text()))
    up.set(texts.includes(undefined) ? 0 : 1)
    const text = [await registry.metrics(), ...texts.filter((one) => one !== undefined)].join('\n')
    return { contentType: registry.contentType, text }
  }
  let scraping: ReturnType<typeof scrape> | undefined
  return {
    counter: (name, help, labelNames) => new Counter({ name, help, labelNames, registers }),
    histogram: (name, help, labelNames) => new Histogram({ name, help, labelNames, buckets: BUCKETS, registers }),
    readings: () => {
      const own = new Registry()
      return {
        gauge: (name, help, labelNames) => new Gauge({ name, help, labelNames, registers: [own] }),
        beforeScrape: (read) => void all.push(new Reading(own, read)),
      }
    },
    // two at once are one
    scrape: () => (scraping ??= scrape().finally(() => (scraping = undefined))),
  }
}

/** Gauges that are read together, by one reader at a time: a Redis that is away is not asked again and again. */
class Reading {
  readonly #registry: Registry
  readonly #read: () => Promise<void>
  #running: Promise<boolean> | undefined

  constructor(registry: Registry, read: () => Promise<void>) {
    this.#registry = registry
    this.#read = read
  }

  /** Undefined when they could not be read in time: whoever scrapes next finds that reader at it, or gone. */
  async text(): Promise<string | undefined> {
    this.#running ??= this.#begin().finally(() => (this.#running = undefined))
    const { promise: late, resolve } = Promise.withResolvers<false>()
    const timer = setTimeout(() => resolve(false), READ_MS)
    const isRead = await Promise.race([this.#running, late])
    clearTimeout(timer)
    return isRead ? await this.#registry.metrics() : undefined
  }

  async #begin(): Promise<boolean> {
    this.#registry.resetMetrics()
    return await this.#read().then(
      () => true,
      () => false,
    )
  }
}
