import { Worker } from 'node:worker_threads'

import { evaluateHere } from '../mapping/evaluate-expressions.ts'
import type { Question } from './question.ts'

/**
 * The process that runs expressions: it knows no secret, holds nothing that others wait for, and may be killed at any
 * time. It ends with the process that asks. While a regular expression keeps it from noticing, its second thread does.
 */
new Worker(new URL('watch-parent.ts', import.meta.url), { workerData: process.ppid }).unref()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit())

process.on('message', (question: Question) => {
  void evaluateHere(question.sources, question.entries).then((evaluations) =>
    process.send!({ id: question.id, evaluations }),
  )
})
process.send!('ready')
