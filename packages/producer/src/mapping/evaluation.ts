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
 *   overran  | it was stopped, now or lately: for its time, or for its memory
 *   untried  | it was not run: too many were stopped, or no process starts
 */
export type Evaluation =
  | { readonly values: readonly Scalar[] }
  | { readonly unusable: string }
  | { readonly failed: { readonly code?: string; readonly position?: number; readonly message: string } }
  | { readonly overran: 'time' | 'memory' }
  | { readonly untried: 'no stop left' | 'not run' }

/** What one reading of the directory may yet spend on expressions; whoever runs them takes from it. */
export interface Effort {
  /** So many may yet be stopped; each costs two to three seconds. */
  stops: number
  /** So many of them are for what was never tried, and not for what overran before. */
  readonly forNew?: number
  /** Why no expression can be run at all. */
  notRun?: string
}

/** Runs each of the expressions on each of the entries: one list per entry, in the order of both. */
export type Evaluate = (
  sources: readonly string[],
  entries: readonly EntryTexts[],
  effort?: Effort,
) => Promise<readonly (readonly Evaluation[])[]>

/** JSONata's code for an evaluation that it stopped itself, since it took too long. */
const TIMEOUT = 'D1012'

/** The overrun that an evaluation is, by JSONata's count or by ours. */
export function overrunOf(evaluation: Evaluation): { readonly overran: 'time' | 'memory' } | undefined {
  if ('overran' in evaluation) return evaluation
  return 'failed' in evaluation && evaluation.failed.code === TIMEOUT ? { overran: 'time' } : undefined
}

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
