import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { EXPRESSION_LIMITS } from '../mapping/expression-fault.ts'
import type { Answer, Question } from './question.ts'

/** Thrown when the process that runs expressions does not start: no entry can be mapped then, through no fault of its own. */
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
    const { TZ } = process.env
    const child = fork(new URL('main.ts', import.meta.url), {
      execArgv: [`--max-old-space-size=${EXPRESSION_LIMITS.memoryMb}`],
      env: { ...(TZ !== undefined && { TZ }) }, // and none of the secrets
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const started = new EvaluationProcess(child)
    const ready = await started.#within(once(child, 'message'), START_MS)
    if (ready !== 'late' && ready !== 'died') return started
    await started[Symbol.asyncDispose]()
    const why = ready === 'late' ? `was not ready in ${START_MS / 1000} s` : 'ended at its start'
    throw new ExpressionsNotRunError(
      `The process that runs the mapping's expressions ${why}; see whether this machine lets Node.js start a process, with ${EXPRESSION_LIMITS.memoryMb} MB and more for it`,
    )
  }

  /** The answer; `late` when there is none in time, `died` when there will be none. One question at a time. */
  async ask({ sources, entries }: Omit<Question, 'id'>, ms: number): Promise<Answer['evaluations'] | 'late' | 'died'> {
    if (!this.#child.connected) return 'died'
    const id = ++this.#asked
    const answered = new Promise<Answer['evaluations']>((resolve) => {
      const listen = (answer: Answer) => {
        if (answer.id !== id) return
        this.#child.off('message', listen)
        resolve(answer.evaluations)
      }
      this.#child.on('message', listen)
    })
    // that it cannot be sent is told by the end of the process
    this.#child.send({ id, sources, entries } satisfies Question, () => {})
    return this.#within(answered, ms)
  }

  /** Twice half the time: a machine that slept finds the first half over, and the answer within the second. */
  async #within<T>(awaited: Promise<T>, ms: number): Promise<T | 'late' | 'died'> {
    const done = new AbortController()
    const late = async (): Promise<'late'> => {
      await sleep(ms / 2, undefined, { signal: done.signal })
      await sleep(ms / 2, undefined, { signal: done.signal })
      return 'late'
    }
    try {
      return await Promise.race([awaited, this.#ended, late()])
    } finally {
      done.abort()
    }
  }

  /** Kills it: it holds nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
