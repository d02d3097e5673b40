import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { RedisServer } from '@provisioner/sandbox/servers/redis.ts'

const LOOK_MS = 100
const LOST_MS = 1_000

interface Look {
  readonly at: number
  readonly file: string
  readonly bytes: number
}

/** Watches how Redis' append-only file grows, so that its last second can be cut off as a power failure does. */
export class AppendOnlyFile implements Disposable {
  readonly #folder: string
  readonly #timer: NodeJS.Timeout
  #looks: Look[] = []

  constructor({ folder }: Pick<RedisServer, 'folder'>) {
    this.#folder = join(folder, 'appendonlydir')
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_MS) // it is just being replaced
  }

  /** Cuts off what was written in the last second, or less; Redis must be down. Returns when the loss begins, ms. */
  async loseLastSecond(diedAt: number): Promise<number> {
    const file = await this.#current()
    const { size } = await stat(file)
    const before = this.#looks.findLast((look) => look.file === file && look.at <= diedAt - LOST_MS)
    if (before === undefined || before.bytes >= size) return diedAt
    await truncate(file, before.bytes)
    return before.at
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const at = Date.now()
    const file = await this.#current()
    this.#looks = [...this.#looks.slice(-50), { at, file, bytes: (await stat(file)).size }]
  }

  async #current(): Promise<string> {
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.incr.aof')).sort()
    return join(this.#folder, files.at(-1)!)
  }
}
