import type { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/** Problems of an account as a whole: they show in each connection that has it, and are taken back in all of them. */
export class AccountProblems {
  readonly #stores: readonly WriteProblems[]

  constructor(stores: readonly WriteProblems[]) {
    this.#stores = stores
  }

  /** Returns true when it is new in one of them, and so worth a log line. */
  async report(problem: Problem): Promise<boolean> {
    const now = Date.now()
    return (await Promise.all(this.#stores.map((store) => store.report(problem, now)))).includes(true)
  }

  async solve(about: Pick<Problem, 'subject' | 'id'>): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.solve([about])))
  }
}
