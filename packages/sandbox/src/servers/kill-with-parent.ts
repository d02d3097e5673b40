import type { ChildProcess } from 'node:child_process'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const living = new Set<ChildProcess>()

/** Kills a child when this process exits, or ends by a signal that nobody else handles. */
export function killWithParent(child: ChildProcess): void {
  if (living.size === 0) watch()
  living.add(child)
  child.once('exit', () => {
    living.delete(child)
    if (living.size === 0) unwatch()
  })
}

function watch(): void {
  process.on('exit', killAll)
  for (const signal of SIGNALS) process.on(signal, endBySignal)
}

function unwatch(): void {
  process.off('exit', killAll)
  for (const signal of SIGNALS) process.off(signal, endBySignal)
}

function killAll(): void {
  for (const child of living) child.kill('SIGKILL')
}

/** Our listener takes the signal's default away, so it ends the process itself, unless someone else sees to the end. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  killAll()
  unwatch()
  process.kill(process.pid, signal)
}
