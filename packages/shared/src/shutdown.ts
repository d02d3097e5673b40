/**
 * Aborted by the first SIGINT or SIGTERM. What listens to it releases its resources, and the process ends by itself; a
 * second signal ends it at once, as it would have without us.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new Error(`Stopped by ${name}`)))
  return controller.signal
}
