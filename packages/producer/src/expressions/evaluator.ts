import type { Logger } from '@provisioner/shared/logger.ts'
import { overrunOf, type Effort, type EntryTexts, type Evaluate, type Evaluation } from '../mapping/evaluation.ts'
import { EXPRESSION_LIMITS } from '../mapping/expression-fault.ts'
import { batchesOf } from './batches.ts'
import { EvaluationProcess, ExpressionsNotRunError } from './evaluation-process.ts'
import { Overruns } from './overruns.ts'
import type { Pair } from './question.ts'

/** For an answer: JSONata stops most of what is endless itself, and says where. What it cannot stop is killed. */
const ANSWER_MS = 2 * EXPRESSION_LIMITS.timeMs

/**
 * Runs expressions in a process of their own, so that time and memory can be taken away from them: a regular expression
 * that never ends, or a list of millions, costs the entry its mapping and nobody else.
 *
 *   one expression on one entry        | then
 *   -----------------------------------|---------------------------------------------------------------
 *   answers in time                    | that is all
 *   is late, or the process died of it | it overran, which is remembered; another process for the next ones
 *   overran lately on the same texts   | it overran, and is not tried
 *   is new, and no stop is left        | untried: the next reading, which remembers, comes further
 *   is due again, and half are used up | it overran, and is not tried: new ones go first
 *
 * The process is started by the first question, and serves one question after the other. Connections have one each:
 * what hangs in one delays nobody in another.
 */
export class Evaluator implements AsyncDisposable {
  readonly #log: Logger
  readonly #overruns: Overruns
  #process: EvaluationProcess | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor({ log, now }: { log: Logger; now?: () => number }) {
    this.#log = log
    this.#overruns = new Overruns(now)
  }

  /** @throws ExpressionsNotRunError without an effort, which notes it otherwise */
  evaluate: Evaluate = (sources, entries, effort) => {
    const evaluated = this.#turn.then(() => this.#evaluateAll(sources, entries, effort))
    this.#turn = evaluated.catch(() => {})
    return evaluated
  }

  async #evaluateAll(
    sources: readonly string[],
    entries: readonly EntryTexts[],
    effort: Effort = { stops: Infinity },
  ): Promise<(readonly Evaluation[])[]> {
    const evaluations: (readonly Evaluation[])[] = []
    for (const batch of batchesOf(entries)) evaluations.push(...(await this.#evaluateBatch(sources, batch, effort)))
    return evaluations
  }

  async #evaluateBatch(
    sources: readonly string[],
    batch: readonly EntryTexts[],
    effort: Effort,
  ): Promise<Evaluation[][]> {
    const fresh: Pair[] = []
    const due: Pair[] = []
    const evaluations = batch.map((entry, e) =>
      sources.map((source, s): Evaluation => {
        const known = this.#overruns.of(source, entry)
        if (known === undefined || known.isDue) (known ? due : fresh).push([e, s])
        return known?.overrun ?? { untried: 'no stop left' }
      }),
    )
    const run = async (pairs: readonly Pair[], reserve: number) => {
      for (let left = pairs; left.length > 0 && effort.stops > reserve && effort.notRun === undefined;) {
        const given = await this.#ask(sources, batch, left)
        given.forEach((evaluation, i) => {
          const [e, s] = left[i]!
          evaluations[e]![s] = evaluation
          const overrun = overrunOf(evaluation)
          if (overrun) this.#overruns.note(sources[s]!, batch[e]!, overrun)
          else this.#overruns.forget(sources[s]!, batch[e]!)
          if (overrun) effort.stops--
        })
        left = left.slice(given.length)
      }
    }
    try {
      await run(fresh, 0)
      await run(due, effort.forNew ?? 0)
    } catch (error) {
      if (!(error instanceof ExpressionsNotRunError) || effort.stops === Infinity) throw error
      effort.notRun = error.message
    }
    if (effort.notRun === undefined) return evaluations
    return evaluations.map((ofEntry) => ofEntry.map((one) => ('untried' in one ? { untried: 'not run' } : one)))
  }

  /** Evaluations of the first pairs, up to one that overran: at least one. */
  async #ask(sources: readonly string[], entries: readonly EntryTexts[], pairs: readonly Pair[]) {
    if (this.#disposed) throw new Error('The evaluator is disposed')
    this.#process ??= await EvaluationProcess.start()
    const { evaluations, ended } = await this.#process.ask({ sources, entries, pairs }, ANSWER_MS)
    if (ended === undefined) return evaluations
    this.#log.info({ answer: ended }, 'An expression overran its limits; its process is replaced')
    await this.#end()
    return [...evaluations, { overran: ended === 'late' ? 'time' : 'memory' } satisfies Evaluation]
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
