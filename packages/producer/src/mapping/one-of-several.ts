import { canonicalJson, type AttributeValue } from '@provisioner/shared/desired.ts'

import type { AttributeKind } from './attribute-kind.ts'
import type { Fault } from './fault.ts'
import type { Recorder } from './trace.ts'
import { toZendesk, type Scalar } from './zendesk-value.ts'

/** Words that allow something: one that can't be read may mean any of them. */
const WORDS: ReadonlySet<AttributeKind> = new Set<AttributeKind>(['role', 'ticket restriction', 'boolean'])

/**
 * Converts the several values of a directory attribute for a Zendesk attribute that takes one. The first is what the
 * entry has for now; the others may take its place (`chooseValues`), in whatever order a server gives them.
 *
 *   of the values, Zendesk would take | words (role, boolean, …) | anything else
 *   ----------------------------------|--------------------------|------------------------------------
 *   all                               | all                      | all
 *   some                              | failed                   | those; the others are passed over
 *   none                              | failed                   | failed
 *
 * Of several faults the first by the alphabet is told, so that it is the same one in each cycle.
 */
export function convertOneOf(
  kind: AttributeKind,
  values: readonly Scalar[],
  recorder?: Recorder,
):
  | { readonly kind: 'set'; readonly value: AttributeValue; readonly others?: readonly AttributeValue[] }
  | { readonly kind: 'failed'; readonly fault: Fault } {
  const taken = new Map<string, AttributeValue>()
  const faults: { readonly written: string; readonly fault: Fault }[] = []
  for (const one of values) {
    const result = toZendesk(kind, [one])
    if ('fault' in result) faults.push({ written: String(one), fault: result.fault })
    else taken.set(canonicalJson(result.value), result.value)
  }
  const [value, ...others] = taken.values()
  const [fault] = faults.sort((a, b) => (a.written < b.written ? -1 : 1))
  if (fault !== undefined && (value === undefined || WORDS.has(kind))) return { kind: 'failed', fault: fault.fault }
  if (others.length === 0) return { kind: 'set', value: value! }
  recorder?.step('one of several: the one that Zendesk holds stays, else the first', [...taken.values()].map(String))
  return { kind: 'set', value: value!, others }
}
