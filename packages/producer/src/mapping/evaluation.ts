import type { Entry, Value } from '../directory/entry.ts'
import type { Scalar } from './zendesk-value.ts'

/** An entry as expressions see it, as plain data: bytes are base64. */
export interface EntryTexts {
  readonly dn: string
  /** By lower-case name, in the server's order. */
  readonly attributes: readonly (readonly [name: string, values: readonly string[]])[]
}

/**
 * What came of one expression on one entry, as plain data.
 *
 *   member   | meaning
 *   ---------|------------------------------------------------------------------------
 *   values   | its result
 *   unusable | it yields something that is no value, in words
 *   failed   | JSONata refused it, with JSONata's code and words
 *   overran  | it was stopped: for its time, for its memory, or it rests since it was stopped often
 */
export type Evaluation =
  | { readonly values: readonly Scalar[] }
  | { readonly unusable: string }
  | { readonly failed: { readonly code?: string; readonly position?: number; readonly message: string } }
  | { readonly overran: 'time' | 'memory' | 'rests' }

/** Runs each of the expressions on each of the entries: one list per entry, in the order of both. */
export type Evaluate = (
  sources: readonly string[],
  entries: readonly EntryTexts[],
) => Promise<readonly (readonly Evaluation[])[]>

/** The entry as data, with these attributes or, when they are undefined, all. */
export function textsOf({ dn, attributes }: Entry, names: readonly string[] | undefined): EntryTexts {
  const read = names ?? [...attributes.keys()]
  return {
    dn,
    attributes: read.flatMap((name) => {
      const values = attributes.get(name)
      return values === undefined ? [] : [[name, values.map(textOf)] as const]
    }),
  }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : value.toString('base64')
}
