import { workerData } from 'node:worker_threads'

/** Looked for so often, ms. */
const EVERY_MS = 500

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, EVERY_MS)
