import type { Logger } from '@provisioner/shared/logger.ts'
import type { EntryTexts, Evaluate, Evaluation } from '../mapping/evaluation.ts'
import { EXPRESSION_LIMITS, TIMEOUT } from '../mapping/expression-fault.ts'
import { batchesOf } from './batches.ts'
import { EvaluationProcess } from './evaluation-process.ts'
import { Resting } from './resting.ts'

/** For an answer: JSONata stops most of what is endless itself, and says where. What it cannot stop is killed. */
const ANSWER_MS = 2 * EXPRESSION_LIMITS.timeMs

/**
 * Runs expressions in a process of their own, so that time and memory can be taken away from them: a regular expression
 * that never ends, or a list of millions, costs the entry its mapping and nobody else.
 *
 *   asked                | answer       | then
 *   ---------------------|--------------|------------------------------------------------------------
 *   a batch of entries   | in time      | that is all
 *   a batch of entries   | late, or died| another process; each expression on each entry alone
 *   one, alone           | late, or died| it overran; another process for the next
 *   one, stopped on several entries in a row | | it rests, and takes no more time for a while
 *
 * The process is started by the first question, serves one question after the other, and is shared by all connections.
 */
export class Evaluator implements AsyncDisposable {
  readonly #log: Logger
  readonly #resting = new Resting()
  #process: EvaluationProcess | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor({ log }: { log: Logger }) {
    this.#log = log
  }

  /** @throws ExpressionsNotRunError */
  evaluate: Evaluate = (sources, entries) => {
    const evaluated = this.#turn.then(() => this.#evaluateAll(sources, entries))
    this.#turn = evaluated.catch(() => {})
    return evaluated
  }

  async #evaluateAll(sources: readonly string[], entries: readonly EntryTexts[]): Promise<(readonly Evaluation[])[]> {
    const evaluations: (readonly Evaluation[])[] = []
    for (const batch of batchesOf(entries)) evaluations.push(...(await this.#evaluateBatch(sources, batch)))
    return evaluations
  }

  async #evaluateBatch(sources: readonly string[], batch: readonly EntryTexts[]): Promise<(readonly Evaluation[])[]> {
    if (!sources.some((source) => this.#resting.knows(source))) {
      const answer = await this.#ask(sources, batch)
      if (typeof answer !== 'string') return [...answer]
    }
    const evaluations: Evaluation[][] = []
    for (const entry of batch) {
      const ofEntry: Evaluation[] = []
      for (const source of sources) ofEntry.push(await this.#evaluateAlone(source, entry))
      evaluations.push(ofEntry)
    }
    return evaluations
  }

  async #evaluateAlone(source: string, entry: EntryTexts): Promise<Evaluation> {
    if (this.#resting.rests(source)) return { overran: 'rests' }
    const answer = await this.#ask([source], [entry])
    const evaluation: Evaluation =
      typeof answer === 'string' ? { overran: answer === 'late' ? 'time' : 'memory' } : answer[0]![0]!
    this.#resting.note(source, isOverrun(evaluation))
    return evaluation
  }

  async #ask(sources: readonly string[], entries: readonly EntryTexts[]) {
    if (this.#disposed) throw new Error('The evaluator is disposed')
    this.#process ??= await EvaluationProcess.start()
    const answer = await this.#process.ask({ sources, entries }, ANSWER_MS)
    if (typeof answer !== 'string') return answer
    this.#log.info({ answer, entries: entries.length }, 'An expression overran its limits; its process is replaced')
    await this.#end()
    return answer
  }

  async #end(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]()
    this.#process = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    await this.#end()
    await this.#turn
    await this.#end()
  }
}

function isOverrun(evaluation: Evaluation): boolean {
  return 'overran' in evaluation || ('failed' in evaluation && evaluation.failed.code === TIMEOUT)
}
