import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { duplicateOf } from '@provisioner/shared/redis-client.ts'
import { watchPulse, type RedisPulse } from '@provisioner/shared/redis-pulse.ts'

/** Hears of every job status that any worker gives back. The connection is opened with the first listener. */
export class ReleasedSlots implements AsyncDisposable {
  readonly #redis: RedisClient
  readonly #channel: string
  readonly #listeners = new Set<() => void>()
  #subscriber: RedisClient | undefined
  #pulse: RedisPulse | undefined

  constructor(redis: RedisClient, channel: string) {
    this.#redis = redis
    this.#channel = channel
  }

  listen(listener: () => void): Disposable {
    this.#subscribe()
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  #subscribe(): void {
    if (this.#subscriber) return
    const subscriber = duplicateOf(this.#redis)
    this.#subscriber = subscriber
    this.#pulse = watchPulse(subscriber) // it only listens: it would not notice that nobody speaks any more
    subscriber.on('message', () => {
      for (const listener of this.#listeners) listener()
    })
    // A lost message only costs its listeners their time-out; the connection comes back and subscribes again by itself.
    subscriber.on('error', () => {})
    subscriber.subscribe(this.#channel).catch(() => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    this.#pulse?.[Symbol.dispose]()
    this.#subscriber?.disconnect()
  }
}
