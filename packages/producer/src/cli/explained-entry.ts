import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Explanation } from '../mapping/mapping.ts'

/** What `map` has to say of an entry, for one connection. */
export interface ExplainedEntry {
  readonly connection: string
  readonly dn: string
  readonly id: string
  readonly objectClasses: readonly string[]
  /** Set for a group: how it is managed, or that it is not. */
  readonly group?: { readonly name: string | null; readonly members: number }
  /** Why no location has it; nothing when one has. */
  readonly outOfScope: readonly string[]
  /** The Zendesk id that it is linked to. */
  readonly zendeskId: number | null
  readonly mapping?: Explanation
  /** What is reported of it and not solved yet. */
  readonly problems: readonly StoredProblem[]
}

/** For programs: values as they are, and not as they are quoted for people. */
export function asJson<E extends Pick<ExplainedEntry, 'mapping'>>({ mapping, ...one }: E): object {
  if (!mapping) return one
  const attributes = mapping.attributes.map(({ steps, result, ...trace }) => ({
    ...trace,
    ...(result !== undefined && { result: plain(result) }),
    steps: steps.map(({ step, values }) => ({ step, values: values.map(plain) })),
  }))
  return { ...one, mapping: { ...mapping, attributes } }
}

/** A shown value as it was; one that was shortened or masked stays as it is shown. */
export function plain(shown: string): unknown {
  try {
    return JSON.parse(shown)
  } catch {
    return shown
  }
}
