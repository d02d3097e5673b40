import jsonata from 'jsonata'

import type { Entry, Value } from '../directory/entry.ts'
import { readsOf } from './expression-fields.ts'
import type { Fault } from './fault.ts'
import type { MappingMistake } from './mapping-config-error.ts'
import type { Scalar } from './zendesk-value.ts'

/** A JSONata expression over an entry, parsed once. */
export interface Expression {
  /** Directory attributes it reads, lower case; undefined when it may read any. */
  readonly reads: readonly string[] | undefined
  evaluate(entry: Entry): Promise<Evaluated>
}

export type Evaluated = { readonly values: readonly Scalar[] } | { readonly fault: Fault }

/** One expression must not stop a cycle: milliseconds and frames. Ordinary ones need a hundredth of them. */
const LIMITS = { timeout: 1000, stack: 500 }

/** Asks JSONata for variables of its own per evaluation: else `$x := …` of one entry is seen by the next. */
const OWN_VARIABLES = {}

/** Parses an expression; all its mistakes when it cannot be used. */
export function compileExpression(attribute: string, source: string): Expression | { mistakes: MappingMistake[] } {
  const parsed = parse(attribute, source)
  if ('mistake' in parsed) return { mistakes: [parsed.mistake] }

  const { fields, literals, wholeEntry, unsteady } = readsOf(parsed.expression.ast())
  if (unsteady.length > 0)
    return { mistakes: unsteady.map(({ name, position }) => unsteadyMistake(attribute, name, position)) }

  const spellings = wholeEntry ? [...fields, ...literals] : [...fields]

  return {
    reads: wholeEntry ? undefined : [...fields].map((field) => field.toLowerCase()).filter((field) => field !== 'dn'),
    evaluate: async (entry) => {
      try {
        const input = wholeEntry ? wholeInput(entry, spellings) : inputOf(entry, spellings)
        return toScalars(await parsed.expression.evaluate(input, OWN_VARIABLES))
      } catch (error) {
        return { fault: failed(error) }
      }
    },
  }
}

function parse(attribute: string, source: string): { expression: jsonata.Expression } | { mistake: MappingMistake } {
  try {
    return { expression: jsonata(source, LIMITS) }
  } catch (error) {
    const { message, position } = error as Partial<jsonata.JsonataError>
    return { mistake: { attribute, what: message ?? String(error), ...(position !== undefined && { position }) } }
  }
}

function unsteadyMistake(attribute: string, name: string, position: number | undefined): MappingMistake {
  return {
    attribute,
    what: `$${name} could give another value in each cycle, and Zendesk would be written to without end`,
    ...(position !== undefined && { position }),
  }
}

/** The attributes under the names that the expression spells: LDAP knows no case in them, JSONata does. */
function inputOf(entry: Entry, fields: Iterable<string>): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const field of fields) define(input, field, fieldOf(entry, field.toLowerCase()), true)
  return input
}

/** All attributes in lower case; other spellings are found by name, but not listed twice. */
function wholeInput(entry: Entry, fields: Iterable<string>): Record<string, unknown> {
  const input = inputOf(entry, [...entry.attributes.keys()].sort())
  for (const field of ['dn', ...fields])
    if (!Object.hasOwn(input, field)) define(input, field, fieldOf(entry, field.toLowerCase()), false)
  return input
}

/** Never an assignment: an attribute may be called `__proto__`. */
function define(input: Record<string, unknown>, name: string, value: unknown, enumerable: boolean): void {
  if (value !== undefined) Object.defineProperty(input, name, { value, enumerable })
}

/** One value as text, several as a sorted list, as their order has no meaning; bytes as base64. */
function fieldOf(entry: Entry, name: string): string | string[] | undefined {
  const values = entry.attributes.get(name)?.map(textOf)
  if (values === undefined) return name === 'dn' ? entry.dn : undefined
  return values.length === 1 ? values[0] : values.sort()
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : value.toString('base64')
}

function toScalars(result: unknown): Evaluated {
  const items: unknown[] = Array.isArray(result) ? result : [result]
  const values: Scalar[] = []
  for (const item of items) {
    if (item === undefined || item === null) continue
    if (typeof item === 'string' || typeof item === 'boolean' || Number.isFinite(item)) values.push(item as Scalar)
    else return { fault: unusable(item) }
  }
  return { values }
}

function unusable(item: unknown): Fault {
  const found = Array.isArray(item) ? 'a list in a list' : typeof item === 'number' ? 'no finite number' : 'an object'
  return {
    code: 'EXPRESSION_RESULT_UNUSABLE',
    what: () => `The expression yields ${found}; text, a number, true, false or a list of these was expected`,
    todo: 'Correct the expression; `provisioner map DN` shows what it yields',
  }
}

/** JSONata's message may quote the values it fails on, so that it counts as the value at fault. */
function failed(error: unknown): Fault {
  const { code, position, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  const where = typeof position === 'number' ? ` at character ${position}` : ''
  return {
    code: 'EXPRESSION_FAILED',
    value: typeof message === 'string' ? message : String(error),
    what: (shown) =>
      `The expression fails on this entry${where} (JSONata ${typeof code === 'string' ? code : 'error'}): ${shown}`,
    todo: 'Correct the expression, for example with $exists(), or the values it reads',
  }
}
