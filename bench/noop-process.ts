import { Worker } from 'bullmq'

/** A BullMQ worker that does nothing, 100 at a time: what the queue alone costs. Arguments: Redis's port, the queue. */
const [port, queue] = process.argv.slice(2)
const worker = new Worker(queue!, async () => undefined, {
  connection: { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null },
  concurrency: 100,
})
await worker.waitUntilReady()
process.stdout.write('ready\n')
process.once('SIGTERM', () => void worker.close(true).then(() => process.exit(0)))
