import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { AccountProblems } from './account-problems.ts'

/** What a trouble says while it is there. */
export type TroubleTold = Pick<Problem, 'code' | 'what' | 'todo'>

/**
 * A trouble of an account that somebody looks for again and again: a problem while it is there, logged once, and taken
 * back when it is over, also when a process told of it that is no more.
 */
export class AccountTrouble {
  readonly #problems: Pick<AccountProblems, 'report' | 'solve'>
  readonly #about: { readonly subject: 'account'; readonly id: string }
  readonly #log: Logger
  /** What is stored, as far as this process knows. */
  #told: string | null | undefined

  /** @param name what sets it apart from other troubles of the account */
  constructor({
    problems,
    account,
    name,
    log,
  }: {
    problems: Pick<AccountProblems, 'report' | 'solve'>
    account: string
    name: string
    log: Logger
  }) {
    this.#problems = problems
    this.#about = { subject: 'account', id: `${account}.${name}` }
    this.#log = log
  }

  /** Whether this process has told of it, or taken it back: it knows what is stored. */
  get isKnown(): boolean {
    return this.#told !== undefined
  }

  /** Another process looks now: what it tells this one does not know. */
  leave(): void {
    this.#told = undefined
  }

  /** Makes what is stored equal to what is found. Never throws: it is stored with the next look. */
  async tell(trouble: TroubleTold | undefined): Promise<void> {
    const what = trouble?.what ?? null
    if (what === this.#told) return
    try {
      if (!trouble) await this.#problems.solve(this.#about)
      else if (await this.#problems.report({ ...this.#about, ...trouble })) {
        const { code } = trouble
        this.#log.error({ problem: { code, ...this.#about }, what }, 'The account has a problem')
      }
      this.#told = what
    } catch (error) {
      this.#log.debug({ err: error }, 'Problem not stored')
    }
  }
}
