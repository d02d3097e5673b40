const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Aborted by the first SIGINT or SIGTERM. What listens to it releases its resources, and the process ends by itself; a
 * second signal, whichever of the two, ends it at once, as it would have without us.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals) => {
    for (const one of SIGNALS) process.off(one, stop)
    controller.abort(new Error(`Stopped by ${name}`))
  }
  for (const name of SIGNALS) process.on(name, stop)
  return controller.signal
}
