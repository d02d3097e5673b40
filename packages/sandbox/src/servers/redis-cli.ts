import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ensurePrograms } from './ensure-programs.ts'

const run = promisify(execFile)

/** A server that stands still never answers, ms. */
const ANSWER_MS = 3_000

/** What a server on this machine answers to a command, as redis-cli prints it. @throws what it refuses, or silence */
export async function askRedis(port: number, ...command: readonly string[]): Promise<string> {
  const { 'redis-cli': cli } = await ensurePrograms(['redis-cli'])
  const { stdout } = await run(cli, ['-e', '-h', '127.0.0.1', '-p', String(port), ...command], { timeout: ANSWER_MS })
  return stdout.trim()
}

/** Asks until an answer is right. @throws what was waited for in vain, and the last answer */
export async function askUntil(
  { port, what, deadlineMs = 30_000 }: { port: number; what: string; deadlineMs?: number },
  command: readonly string[],
  isRight: (answer: string) => boolean,
): Promise<void> {
  const deadline = Date.now() + deadlineMs
  let answer = 'no answer'
  while (Date.now() < deadline) {
    answer = await askRedis(port, ...command).catch((error: Error) => error.message)
    if (isRight(answer)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what}: not within ${deadlineMs} ms; ${command.join(' ')} answers ${answer}`)
}
