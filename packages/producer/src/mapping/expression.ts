import jsonata from 'jsonata'

import { isSecretAttribute } from '@provisioner/shared/config/secret-attributes.ts'

import type { EntryTexts, Evaluation } from './evaluation.ts'
import { EXPRESSION_LIMITS } from './expression-fault.ts'
import { readsOf } from './expression-fields.ts'
import type { MappingMistake } from './mapping-config-error.ts'
import type { Scalar } from './zendesk-value.ts'

/** A JSONata expression over an entry, parsed once. */
export interface Expression {
  readonly source: string
  /** Directory attributes it reads, lower case; undefined when it may read any. */
  readonly reads: readonly string[] | undefined
  /** Not to be called where others wait: a regular expression may run for ever, and nothing bounds the memory. */
  evaluate(entry: EntryTexts): Promise<Evaluation>
}

/** Asks JSONata for variables of its own per evaluation: else `$x := …` of one entry is seen by the next. */
const OWN_VARIABLES = {}

/** Parses an expression; all its mistakes when it cannot be used. */
export function compileExpression(attribute: string, source: string): Expression | { mistakes: MappingMistake[] } {
  const parsed = parse(attribute, source)
  if ('mistake' in parsed) return { mistakes: [parsed.mistake] }

  const { fields, literals, wholeEntry, unsteady } = readsOf(parsed.expression.ast())
  if (unsteady.length > 0)
    return { mistakes: unsteady.map(({ name, position }) => unsteadyMistake(attribute, name, position)) }

  const secret = [...fields, ...(wholeEntry ? literals : [])].filter(isSecretAttribute)
  if (secret.length > 0) return { mistakes: secret.map((name) => secretMistake(attribute, name)) }

  const spellings = wholeEntry ? [...fields, ...literals] : [...fields]

  return {
    source,
    reads: wholeEntry ? undefined : [...fields].map((field) => field.toLowerCase()).filter((field) => field !== 'dn'),
    evaluate: async (entry) => {
      try {
        const input = wholeEntry ? wholeInput(entry, spellings) : inputOf(entry, spellings)
        return toEvaluation(await parsed.expression.evaluate(input, OWN_VARIABLES))
      } catch (error) {
        return failed(error)
      }
    },
  }
}

function parse(attribute: string, source: string): { expression: jsonata.Expression } | { mistake: MappingMistake } {
  try {
    const { timeMs: timeout, stack } = EXPRESSION_LIMITS
    return { expression: jsonata(source, { timeout, stack }) }
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

function secretMistake(attribute: string, name: string): MappingMistake {
  return { attribute, what: `${name} holds a secret: passwords and keys are never read` }
}

type Texts = ReadonlyMap<string, readonly string[]>

/** The attributes under the names that the expression spells: LDAP knows no case in them, JSONata does. */
function inputOf(entry: EntryTexts, fields: Iterable<string>): Record<string, unknown> {
  const texts = new Map(entry.attributes)
  const input: Record<string, unknown> = {}
  for (const field of fields) define(input, field, fieldOf(entry.dn, texts, field.toLowerCase()), true)
  return input
}

/** All attributes in lower case; other spellings are found by name, but not listed twice. */
function wholeInput(entry: EntryTexts, fields: Iterable<string>): Record<string, unknown> {
  const texts = new Map(entry.attributes)
  const input = inputOf(entry, [...texts.keys()].sort())
  for (const field of ['dn', ...fields])
    if (!Object.hasOwn(input, field)) define(input, field, fieldOf(entry.dn, texts, field.toLowerCase()), false)
  return input
}

/** Never an assignment: an attribute may be called `__proto__`. */
function define(input: Record<string, unknown>, name: string, value: unknown, enumerable: boolean): void {
  if (value !== undefined) Object.defineProperty(input, name, { value, enumerable })
}

/** One value as text, several as a sorted list, as their order has no meaning. */
function fieldOf(dn: string, texts: Texts, name: string): string | string[] | undefined {
  const values = texts.get(name)
  if (values === undefined) return name === 'dn' ? dn : undefined
  return values.length === 1 ? values[0] : values.toSorted()
}

function toEvaluation(result: unknown): Evaluation {
  const items: unknown[] = Array.isArray(result) ? result : [result]
  if (items.length > EXPRESSION_LIMITS.values) return { unusable: `a list of ${items.length} values` }
  const values: Scalar[] = []
  for (const item of items) {
    if (item === undefined || item === null) continue
    if (typeof item === 'string' || typeof item === 'boolean' || Number.isFinite(item)) values.push(item as Scalar)
    else return { unusable: nameOf(item) }
    if (Number.isInteger(item) && !Number.isSafeInteger(item)) return { unusable: LOST_DIGITS }
  }
  return isHuge(values) ? { unusable: 'texts of more than a megabyte' } : { values }
}

/** What a number cannot hold would be written as a neighbour of what the directory says. */
const LOST_DIGITS = 'a whole number beyond 2^53, whose last digits are lost (leave it a text)'

function nameOf(item: unknown): string {
  return Array.isArray(item) ? 'a list in a list' : typeof item === 'number' ? 'no finite number' : 'an object'
}

const MOST_CHARACTERS = 2 ** 20

function isHuge(values: readonly Scalar[]): boolean {
  return (
    values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0) > MOST_CHARACTERS
  )
}

/** A message quotes what it fails on, which may be a whole picture. */
const MESSAGE_CHARACTERS = 500

function failed(error: unknown): Evaluation {
  const { code, position, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  return {
    failed: {
      message: (typeof message === 'string' ? message : String(error)).slice(0, MESSAGE_CHARACTERS),
      ...(typeof code === 'string' && { code }),
      ...(typeof position === 'number' && { position }),
    },
  }
}
