import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { overrunOf, type Evaluation } from '../mapping/evaluation.ts'
import { EXPRESSION_LIMITS } from '../mapping/expression-fault.ts'
import type { Answer, Question } from './question.ts'

/**
 * Thrown when the process that runs expressions does not start: no entry can be mapped then, through no fault of its
 * own.
 */
export class ExpressionsNotRunError extends ProvisioningError {
  override name = 'ExpressionsNotRunError' as const
  override readonly code = 'EXPRESSIONS_NOT_RUN' as const
}

/** A loaded machine starts a process in seconds. */
const START_MS = 30_000

/** A process that runs expressions: within its memory, and until it is killed. */
export class EvaluationProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<'died'>
  #asked = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve('died'))
      child.once('error', () => resolve('died'))
    })
  }

  /** @throws ExpressionsNotRunError */
  static async start(): Promise<EvaluationProcess> {
    const started = new EvaluationProcess(forked())
    const watch = new AbortController()
    const ready = once(started.#child, 'message', { signal: watch.signal }).then(() => 'ready' as const)
    const first = await Promise.race([ready, started.#ended, silence(() => 0, START_MS, watch.signal)])
    if (first === 'ready') {
      watch.abort()
      return started
    }
    ready.catch(() => {}) // nobody waits for it any more
    watch.abort()
    await started[Symbol.asyncDispose]()
    throw notRun(first === 'late' ? `was not ready in ${START_MS / 1000} s` : 'ended at its start')
  }

  /**
   * Evaluations of the first pairs, up to one that overran. With `ended`, the next pair gave none: within the time, or
   * ever. One question at a time.
   */
  async ask(
    question: Omit<Question, 'id'>,
    ms: number,
  ): Promise<{ evaluations: Evaluation[]; ended?: 'late' | 'died' }> {
    const evaluations: Evaluation[] = []
    if (!this.#child.connected) return { evaluations, ended: 'died' }
    const id = ++this.#asked
    const watch = new AbortController()
    const answered = new Promise<undefined>((resolve) => {
      const listen = ({ id: of, evaluation }: Answer) => {
        if (of !== id) return
        evaluations.push(evaluation)
        if (evaluations.length === question.pairs.length || overrunOf(evaluation)) resolve(undefined)
      }
      this.#child.on('message', listen)
      watch.signal.addEventListener('abort', () => this.#child.off('message', listen))
    })
    // A message that can't be sent needs no error here: the end of the process tells.
    this.#child.send({ id, ...question } satisfies Question, () => {})
    try {
      const ended = await Promise.race([answered, this.#ended, silence(() => evaluations.length, ms, watch.signal)])
      return { evaluations, ...(ended && { ended }) }
    } finally {
      watch.abort()
    }
  }

  /** Kills it: it holds nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** @throws ExpressionsNotRunError: for want of memory it throws, of much else it tells by an event */
function forked(): ChildProcess {
  const { TZ } = process.env
  try {
    return fork(new URL('main.ts', import.meta.url), {
      execArgv: [`--max-old-space-size=${EXPRESSION_LIMITS.memoryMb}`],
      env: { ...(TZ !== undefined && { TZ }) }, // and none of the secrets
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
  } catch (error) {
    throw notRun(`can't be started (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
}

function notRun(why: string): ExpressionsNotRunError {
  return new ExpressionsNotRunError(
    `The process that runs the mapping's expressions ${why}; see whether this machine lets Node.js start a process, with ${EXPRESSION_LIMITS.memoryMb} MB and more for it`,
  )
}

/** Looked so often whether there is more: a machine that slept finds one look missed, and the answer by the next. */
const LOOKS = 4

/** Resolves once the count has stood still for so long, or a quarter longer; never once the signal is aborted. */
async function silence(count: () => number, ms: number, signal: AbortSignal): Promise<'late'> {
  for (let still = 0, last = count(); still < LOOKS;) {
    await sleep(ms / LOOKS, undefined, { signal }).catch(() => new Promise(() => {}))
    still = count() === last ? still + 1 : 0
    last = count()
  }
  return 'late'
}
