import type { Entry, Value } from '../directory/entry.ts'
import { takesAll } from './attribute-kind.ts'
import type { CompiledAttribute } from './compile-attribute.ts'
import type { Outcome } from './attribute-outcome.ts'
import { convertOneOf } from './one-of-several.ts'
import type { Evaluated } from './expression-fault.ts'
import type { Fault } from './fault.ts'
import { selectValues } from './select-values.ts'
import type { Recorder } from './trace.ts'
import { shapeValues } from './value-chain.ts'
import { toZendesk, type Scalar } from './zendesk-value.ts'

export interface Inputs {
  readonly entry: Entry
  /** Keys of the groups the entry is in, nested ones included; empty when no mapping asks. */
  readonly groups: ReadonlySet<string>
  /** What the attribute's expression yielded, if it has one. */
  readonly evaluated: Evaluated | undefined
}

const EMPTY: Outcome = { kind: 'empty' }

/**
 * Maps one attribute of one entry. The first that has a value counts:
 *
 *   1. byGroup      the first configured group that the entry is in; of brands, all groups that it is in
 *   2. expression   its result; from is not read then
 *   3. from         the first directory attribute with a value; then parse, trim, case
 *   4. default      also when the expression fails, which is reported all the same, but not when it was not tried
 *
 * A value that Zendesk would refuse is a failure and never becomes the default: a typing error in a role must not
 * take the role away. Of several values of a directory attribute see {@link convertOneOf}.
 */
export function mapAttribute(attribute: CompiledAttribute, inputs: Inputs, recorder?: Recorder): Outcome {
  const given: Scalar[] = []
  for (const { group, values } of attribute.byGroup) {
    if (!inputs.groups.has(group)) continue
    recorder?.step(`in group ${group}`, values)
    given.push(...values)
    if (!takesAll(attribute.kind)) break
  }
  if (given.length > 0) return convert(attribute, given)

  const read = readValues(attribute, inputs, recorder)
  if ('fault' in read && (attribute.defaults.length === 0 || read.fault.isUntried))
    return { kind: 'failed', fault: read.fault }
  if ('values' in read) {
    const shaped = shapeValues(read.values, attribute.shape, recorder)
    if (shaped.length > 1 && inputs.evaluated === undefined && !takesAll(attribute.kind))
      return convertOneOf(attribute.kind, shaped, recorder)
    if (shaped.length > 0) return convert(attribute, shaped)
  }

  if (attribute.defaults.length === 0) return EMPTY
  recorder?.step('default', attribute.defaults)
  const outcome = convert(attribute, attribute.defaults)
  return 'fault' in read && outcome.kind === 'set' ? { ...outcome, fault: read.fault } : outcome
}

type Read = { readonly values: readonly Scalar[] } | { readonly fault: Fault }

function readValues(attribute: CompiledAttribute, { entry, evaluated }: Inputs, recorder?: Recorder): Read {
  if (evaluated !== undefined) {
    if ('values' in evaluated) recorder?.step('expression', evaluated.values)
    return evaluated
  }
  if (attribute.from.length === 0) return { values: [] }
  const selected = selectValues(entry, attribute.from)
  if (recorder !== undefined)
    recorder.step(`read ${selected?.from ?? attribute.from.join(', ')}`, selected?.values ?? [])
  if (selected === undefined) return { values: [] }
  if (selected.values.every(isText)) return { values: selected.values }
  const texts = selected.values.filter(isText)
  return texts.length === 0 || takesAll(attribute.kind) ? { fault: binary(selected.from) } : { values: texts }
}

function isText(value: Value): value is string {
  return typeof value === 'string'
}

function convert(attribute: CompiledAttribute, values: readonly Scalar[]): Outcome {
  if (values.length === 0) return EMPTY
  const result = toZendesk(attribute.kind, values as [Scalar, ...Scalar[]])
  return 'fault' in result ? { kind: 'failed', fault: result.fault } : { kind: 'set', value: result.value }
}

function binary(from: string): Fault {
  return {
    code: 'VALUE_BINARY',
    what: () => `The directory's attribute ${from} holds bytes that are no text`,
    todo: 'Correct the value in the directory, or map an attribute that holds text',
  }
}
