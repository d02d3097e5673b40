import { writeSync } from 'node:fs'
import { hostname } from 'node:os'
import type { DestinationStream } from 'pino'

/** Most that is kept while it can't be written, in bytes. Lines beyond that are counted only. */
const MOST_KEPT = 1024 * 1024

/** After how long a slow reader is tried again, and whatever else stands in the way, ms. */
const SLOW_AGAIN_MS = 20
const BROKEN_AGAIN_MS = 1_000

/** How long the end of a process waits for a slow reader, ms. */
const END_MS = 1_000

export interface LogWriter extends DestinationStream {
  /** Why lines wait or are lost, in words; undefined while all is well. */
  readonly trouble: string | undefined
  /** For the end of the process: writes what can be written. A slow reader is waited for, a full disk is not. */
  end(): void
}

interface Lost {
  readonly lines: number
  /** ms since the epoch. */
  readonly since: number
  readonly reason: string
}

/**
 * Writes lines to a file descriptor that does not block, and never waits for it: a full disk, or a reader that stands
 * still, stops no service. What can't be written is kept, up to a megabyte, and written once there is room; how many
 * lines were lost beyond that is a line of its own then. No line is left torn.
 */
export function openLogWriter(fd: number): LogWriter {
  let kept: Buffer = Buffer.alloc(0)
  let lost: Lost | undefined
  let failing: NodeJS.ErrnoException | undefined
  let again: NodeJS.Timeout | undefined

  /** The error that ended it before all was written. */
  const flush = (): NodeJS.ErrnoException | undefined => {
    clearTimeout(again)
    try {
      while (kept.length > 0 || lost) {
        if (kept.length === 0 && lost) {
          kept = Buffer.from(lineOf(lost))
          lost = undefined
        }
        kept = kept.subarray(writeSync(fd, kept))
      }
      failing = undefined
    } catch (error) {
      failing = error as NodeJS.ErrnoException // writeSync throws no others
      again = setTimeout(flush, isSlow(failing) ? SLOW_AGAIN_MS : BROKEN_AGAIN_MS).unref()
    }
    return failing
  }
  return {
    get trouble() {
      if (lost) return `${lost.lines} lines of the log are lost since ${timeOf(lost.since)}: ${lost.reason}`
      if (!failing || isSlow(failing)) return undefined
      return `The log can't be written: ${failing.message}. Its lines wait until there is room`
    },
    write(text) {
      const lines = Buffer.from(text)
      // once a line is lost, so are those after it: the count stands where they would
      if (!lost && kept.length + lines.length <= MOST_KEPT)
        kept = kept.length === 0 ? lines : Buffer.concat([kept, lines])
      else {
        const { lines: before, since } = lost ?? { lines: 0, since: Date.now() }
        lost = { lines: before + text.split('\n').length - 1, since, reason: reasonOf(failing) }
      }
      flush()
    },
    end() {
      const deadline = Date.now() + END_MS
      for (let error = flush(); error && isSlow(error) && Date.now() < deadline; error = flush())
        waitSync(SLOW_AGAIN_MS)
      clearTimeout(again)
    },
  }
}

/** As pino would write it. */
function lineOf({ lines, since, reason }: Lost): string {
  const common = { level: 'error', time: timeOf(Date.now()), pid: process.pid, hostname: hostname(), name: 'log' }
  return `${JSON.stringify({ ...common, lines, since: timeOf(since), reason, msg: 'Lines of the log are lost' })}\n`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The reader of a pipe has not yet read what it was given. */
function isSlow({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EAGAIN'
}

function reasonOf(error: NodeJS.ErrnoException | undefined): string {
  if (!error) return 'more than a megabyte at once'
  return isSlow(error) ? 'nobody reads it' : error.message
}

function waitSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
