import type { DestinationStream } from 'pino'
import { openLogWriter } from './log-writer.ts'

/** Most that is kept back, in characters. */
const MOST = 64 * 1024

/**
 * Writes the lines of one turn of the event loop to `out` together, at its end: a batch of a hundred changes is one
 * write and not a hundred. A process that ends by itself, or by an error, leaves nothing unsaid.
 */
export function turnByTurn(out: DestinationStream & { end?(): void }): DestinationStream & { flushSync(): void } {
  let kept = ''
  const flushSync = () => {
    const lines = kept
    kept = ''
    if (lines !== '') out.write(lines)
  }
  process.on('exit', () => {
    flushSync()
    out.end?.()
  })
  return {
    write: (line) => {
      if (kept === '') setImmediate(flushSync)
      kept += line
      if (kept.length > MOST) flushSync()
    },
    flushSync,
  }
}

/** Node.js opens a pipe so that it does not block, as soon as somebody asks for `process.stdout`. */
const writer = openLogWriter(process.stdout.fd)

/** The standard output of a process: it has one, however many loggers write to it. */
export const standardOutput = turnByTurn(writer)

/** Why lines of the log wait or are lost; undefined while all is well. */
export function logTrouble(): string | undefined {
  return writer.trouble
}
