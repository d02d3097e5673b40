import { overrunOf, type Evaluation } from './evaluation.ts'
import { quote, type Fault } from './fault.ts'
import type { Scalar } from './zendesk-value.ts'

/** What an expression gave, or why it gave nothing. */
export type Evaluated = { readonly values: readonly Scalar[] } | { readonly fault: Fault }

/**
 * How far one expression may go on one entry. Ordinary ones need a thousandth of the time, and no memory to speak of.
 */
export const EXPRESSION_LIMITS = {
  timeMs: 1_000,
  memoryMb: 64,
  /** Frames of JSONata's own stack. */
  stack: 500,
  /** No attribute of Zendesk's takes more. */
  values: 1_000,
} as const

/** An evaluation in the words of a problem that names the expression. */
export function toEvaluated(evaluation: Evaluation, source: string): Evaluated {
  if ('values' in evaluation) return evaluation
  if ('unusable' in evaluation) return { fault: unusable(evaluation.unusable) }
  if ('untried' in evaluation) return { fault: UNTRIED[evaluation.untried] }
  const overrun = overrunOf(evaluation)
  if (overrun) return { fault: overran(overrun.overran, source) }
  return { fault: failed((evaluation as Extract<Evaluation, { failed: unknown }>).failed) }
}

/** Told once for all entries of a cycle, by the cycle. */
const UNTRIED: Record<Extract<Evaluation, { untried: unknown }>['untried'], Fault> = {
  'no stop left': {
    code: 'EXPRESSIONS_UNFINISHED',
    isUntried: true,
    what: () => 'The expression was not tried, as it was stopped on too many entries',
    todo: 'The next cycle tries it',
  },
  'not run': {
    code: 'EXPRESSIONS_NOT_RUN',
    isUntried: true,
    what: () => 'The expression was not run',
    todo: 'Let this machine start a process of Node.js',
  },
}

function unusable(found: string): Fault {
  return {
    code: 'EXPRESSION_RESULT_UNUSABLE',
    what: () => `The expression yields ${found}; text, a number, true, false or a list of these was expected`,
    todo: 'Correct the expression; `provisioner map DN` shows what it yields',
  }
}

/** JSONata's message may quote the values it fails on, so that it counts as the value at fault. */
function failed({ code = 'error', position, message }: { code?: string; position?: number; message: string }): Fault {
  const where = position === undefined ? '' : ` at character ${position}`
  return {
    code: 'EXPRESSION_FAILED',
    value: message,
    what: (shown) => `The expression fails on this entry${where} (JSONata ${code}): ${shown}`,
    todo: 'Correct the expression, for example with $exists(), or the values it reads',
  }
}

function overran(limit: 'time' | 'memory', source: string): Fault {
  const expression = `The expression ${quote(source)}`
  const what = {
    time: `${expression} did not end on this entry within ${EXPRESSION_LIMITS.timeMs / 1000} s, and was stopped`,
    memory: `${expression} wanted more than ${EXPRESSION_LIMITS.memoryMb} MB on this entry, and was stopped`,
  }[limit]
  return {
    code: 'EXPRESSION_OVERRAN',
    what: () => what,
    todo: 'Look for a recursion without end, a range of numbers, or a regular expression with a repetition in a repetition such as (a+)+, and write it another way',
  }
}
