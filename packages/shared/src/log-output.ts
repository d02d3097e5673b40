import { pino, type DestinationStream } from 'pino'

/** Most that is kept back, in characters. */
const MOST = 64 * 1024

/**
 * Writes the lines of one turn of the event loop to `out` together, at its end: a batch of a hundred changes is one
 * write and not a hundred. A process that ends by itself, or by an error, leaves nothing unsaid.
 */
export function turnByTurn(out: DestinationStream): DestinationStream & { flushSync(): void } {
  let kept = ''
  const flushSync = () => {
    const lines = kept
    kept = ''
    if (lines !== '') out.write(lines)
  }
  process.on('exit', flushSync)
  return {
    write: (line) => {
      if (kept === '') setImmediate(flushSync)
      kept += line
      if (kept.length > MOST) flushSync()
    },
    flushSync,
  }
}

/** The standard output of a process: it has one, however many loggers write to it. */
export const standardOutput = turnByTurn(pino.destination(1))
