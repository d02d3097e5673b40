import type { Evaluate } from './evaluation.ts'
import { compileExpression, type Expression } from './expression.ts'

const compiled = new Map<string, Expression>()

/**
 * Evaluates in this process, without limits on what JSONata does not count: time within a regular expression, memory.
 * What others share with it belongs into a process of its own (`expressions/`).
 */
export const evaluateHere: Evaluate = async (sources, entries) => {
  const expressions = sources.map(expressionOf)
  const evaluations = []
  for (const entry of entries) {
    const ofEntry = []
    for (const expression of expressions) ofEntry.push(await expression.evaluate(entry))
    evaluations.push(ofEntry)
  }
  return evaluations
}

function expressionOf(source: string): Expression {
  const known = compiled.get(source)
  if (known !== undefined) return known
  const expression = compileExpression('', source)
  if ('mistakes' in expression) throw new TypeError(`An expression was let through that cannot be used: ${source}`)
  compiled.set(source, expression)
  return expression
}
