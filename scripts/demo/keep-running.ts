import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { spawnTied } from '../../packages/sandbox/src/servers/server-process.ts'

/** How many of the last lines of a process's log are kept for the message when it cannot be kept running. */
const LAST_LINES = 8

/** How long a process may take to finish what it has begun, ms. Then it is killed. */
const STOP_MS = 20_000

/** A process that fails sooner than this after its start would do so again, ms. */
const AT_ONCE_MS = 10_000

/** So many failures at once, one after the other, are enough. */
const FAILURES = 4

/** How long after its end a process is started again, ms; twice as long after each failure at once. */
const PAUSE_MS = 1_000

export interface Program {
  /** What people call it: `worker`. */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

export interface Reports {
  /**
   * Told each time when it ended although nobody stops it, and that it is started again. `byItself` when it failed, and
   * was not killed.
   */
  readonly restarted: (words: string, byItself: boolean) => void
  /** Told when it fails again and again, with its last words: it is not started any more. */
  readonly gaveUp: (words: string) => void
  /** Once aborted, nothing is started or told any more. */
  readonly signal: AbortSignal
  /** Default: a second. */
  readonly pauseMs?: number
}

/**
 * A process that is started again when it ends. It never outlives this one, and a Ctrl-C does not reach it: we stop it
 * in our order.
 */
export interface KeptProcess {
  /** The running one's; undefined in the pause before the next start. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

/**
 * Starts a process, and starts it again whenever it ends although nobody stops it; not when it keeps failing at once.
 */
export function keepRunning(
  { name, program, args, env }: Program,
  { restarted, gaveUp, signal, pauseMs = PAUSE_MS }: Reports,
): KeptProcess {
  let child: ChildProcess | undefined
  let ended: Promise<unknown> = Promise.resolve()
  let pause: NodeJS.Timeout | undefined
  let stopping = false
  let failures = 0

  const start = () => {
    const began = Date.now()
    const running = spawnTied(program, args, { env })
    child = running
    const lines = lastLinesOf(running)
    // `close` comes when all its words are read, `exit` may come before
    ended = once(running, 'close').then(([code, by]: (number | string | null)[]) => {
      child = undefined
      if (stopping || signal.aborted) return
      const failed = by === null && code !== 0
      failures = failed && Date.now() - began < AT_ONCE_MS ? failures + 1 : 0
      const how = `The ${name} ended (${by ?? `exit code ${code}`})`
      if (failures >= FAILURES) {
        const times = `, ${failures} times in a row right after its start. The last lines of its log tell why:`
        return gaveUp([how + times, ...lines.map(wordsOf)].join('\n'))
      }
      const waitMs = pauseMs * 2 ** Math.max(0, failures - 1)
      restarted(`${how}; another one starts in ${waitMs / 1000} s.`, failed)
      pause = setTimeout(start, waitMs)
    })
  }
  start()
  return {
    get pid() {
      return child?.pid
    },
    async stop() {
      stopping = true
      clearTimeout(pause)
      child?.kill('SIGTERM')
      const late = setTimeout(() => child?.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    },
  }
}

/** A line of a service's log in words; any other line as it is. */
function wordsOf(line: string): string {
  try {
    const { msg, code, reason, err } = JSON.parse(line) as Record<string, unknown>
    const why = reason ?? (err as { message?: unknown } | undefined)?.message
    const words = [msg, code, why].filter((word) => typeof word === 'string')
    return words.length > 0 ? words.join(': ') : line
  } catch {
    return line
  }
}

/** The last lines that a process has written, as they come. */
function lastLinesOf(child: ChildProcess): readonly string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().split('\n').filter(Boolean))
      lines.splice(0, lines.length - LAST_LINES)
    })
  return lines
}
