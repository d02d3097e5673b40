import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Stage } from './stage.ts'
import { timed } from './timed.ts'

const COMMAND = fileURLToPath(new URL('../packages/producer/bin/provisioner.mjs', import.meta.url))

const WRITE_PEAK = "process.on('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS))"

/** Imported by the process, which then tells on standard error as it ends the most memory that it has had, kB. */
const TELL_PEAK = `data:text/javascript,${WRITE_PEAK}`

/** `provisioner` as an admin starts it: the whole process. */
export class Commands {
  readonly #env: NodeJS.ProcessEnv
  /** The most memory that one has had, MB. */
  peakMb = 0

  constructor({ config, folder }: Pick<Stage, 'config' | 'folder'>) {
    this.#env = { PATH: process.env['PATH'], PROVISIONER_CONFIG: config, PROVISIONER_DATA: folder }
  }

  /** Returns what it prints. @throws when it ends with another code than 0 */
  async run(...args: string[]): Promise<string> {
    const all = ['--import', TELL_PEAK, COMMAND, ...args]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, all, { env: this.#env, maxBuffer: 2 ** 30 })
    this.peakMb = Math.max(this.peakMb, Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024)
    return stdout
  }
}

/** How long something takes, s: the median of so many times. */
export async function medianOf(times: number, what: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push(await timed(what))
  return all.sort((a, b) => a - b)[times >> 1]!
}
