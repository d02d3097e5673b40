import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { composeFlags } from './compose.ts'
import { peakMb } from './memory.ts'

export interface Measured {
  /** Of the times that the process took, the median. */
  readonly seconds: number
  /** Its peak. */
  readonly mb: number
}

/**
 * Runs a file of this folder as a producer runs in compose. It prints one line of JSON with the `seconds` that it took,
 * each time, and waits until its input ends: its peak is read meanwhile.
 */
export async function runMeasured(name: string, args: readonly string[]): Promise<Measured> {
  const file = fileURLToPath(new URL(`./${name}`, import.meta.url))
  const child = spawn(process.execPath, [...(await composeFlags('producer')), file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}`))),
    ])) as [string]
    const { seconds } = JSON.parse(line) as { seconds: number[] }
    return { seconds: seconds.sort((a, b) => a - b)[seconds.length >> 1]!, mb: await peakMb(child.pid!) }
  } finally {
    child.stdin.end()
    child.kill()
    await ended
  }
}
