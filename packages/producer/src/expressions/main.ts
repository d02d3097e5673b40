import { Worker } from 'node:worker_threads'

import { evaluateHere } from '../mapping/evaluate-expressions.ts'
import { overrunOf } from '../mapping/evaluation.ts'
import type { Answer, Question } from './question.ts'

/**
 * The process that runs expressions: it knows no secret, holds nothing that others wait for, and may be killed at any
 * time. It ends with the process that asks. While a regular expression keeps it from noticing, its second thread does.
 */
new Worker(new URL('watch-parent.ts', import.meta.url), { workerData: process.ppid }).unref()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit())

process.on('message', (question: Question) => void answer(question))
process.send!('ready')

async function answer({ id, sources, entries, pairs }: Question): Promise<void> {
  for (const [entry, source] of pairs) {
    const [[evaluation] = []] = await evaluateHere([sources[source]!], [entries[entry]!])
    // written before the next begins, which may never give the processor back
    await new Promise((resolve) => process.send!({ id, evaluation: evaluation! } satisfies Answer, resolve))
    if (overrunOf(evaluation!)) return
  }
}
