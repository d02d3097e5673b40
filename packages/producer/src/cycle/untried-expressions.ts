import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { ExpressionsNotRunError } from '../expressions/evaluation-process.ts'
import type { Effort } from '../mapping/evaluation.ts'

/** Ten seconds and some, which leavers wait for at most. The others are found out in the next cycles. */
const STOPS = 4
/** Before the first plan nobody waits to leave: a minute. */
const FIRST_STOPS = 25

const CODES: ReadonlySet<string> = new Set(['EXPRESSIONS_UNFINISHED', 'EXPRESSIONS_NOT_RUN'])

/**
 * Whether entries were left as they are that a cycle has not come to: what a new mapping says of them is not planned
 * yet.
 */
export function leavesUntried(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => CODES.has(code))
}

/**
 * What one reading of the directory spends on expressions that are stopped, and which entries it has not come to: these
 * stay as they are, and are told of once.
 */
export class UntriedExpressions {
  readonly effort: Effort
  readonly #isFirst: boolean
  readonly #entries = new Set<string>()

  private constructor(isFirst: boolean) {
    const stops = isFirst ? FIRST_STOPS : STOPS
    this.#isFirst = isFirst
    this.effort = { stops, forNew: stops / 2 }
  }

  static async begin(reader: LedgerReader): Promise<UntriedExpressions> {
    return new UntriedExpressions((await reader.firstRun()).status !== 'done')
  }

  /** Takes what is told once for all entries, and returns the others. */
  take(problems: readonly Problem[]): Problem[] {
    return problems.filter(({ code, id }) => !(CODES.has(code) && this.#entries.add(id)))
  }

  /** @throws ExpressionsNotRunError in the first run: a plan of nobody would count as the first */
  problems(connection: string): Problem[] {
    const { notRun } = this.effort
    if (notRun !== undefined && this.#isFirst) throw new ExpressionsNotRunError(notRun)
    if (this.#entries.size === 0) return []
    const count =
      this.#entries.size === 1 ? 'One entry stays as it is' : `${this.#entries.size} entries stay as they are`
    const about = { subject: 'connection' as const, id: connection }
    if (notRun !== undefined)
      return [
        {
          ...about,
          code: 'EXPRESSIONS_NOT_RUN',
          what: `${count}, as no expression could be run on them. ${notRun}`,
          todo: 'Let this machine or container start a process of Node.js; the next cycle tries again',
        },
      ]
    return [
      {
        ...about,
        code: 'EXPRESSIONS_UNFINISHED',
        what: `${count} in this cycle, as expressions were stopped on too many others (EXPRESSION_OVERRAN) to be tried on them`,
        todo: 'Nothing, if it goes within some cycles: each comes further. Else correct the expressions that EXPRESSION_OVERRAN names',
      },
    ]
  }
}
