import { expect, it } from 'vitest'
import { newBatchId, workerOf } from './batch-id.ts'

it.each(['vm-1-0', 'worker.example.org-17-3f2a'])('a batch is known to be of the worker %s', (worker) => {
  expect(workerOf(newBatchId(worker))).toBe(worker)
})
