import type { EntityRef } from '../entity.ts'
import { decodeRecord, RECORD_FIELDS, type LedgerRecord } from './record.ts'

/** What the ledger says to a job that wants to write. The cases are those of `lua/open.ts`. */
export type Verdict =
  | {
      readonly status: 'open'
      readonly record: LedgerRecord
      readonly sides: { user: number | null; group: number | null }
    }
  | { readonly status: 'gone' }
  | {
      readonly status: 'done'
      readonly appliedRevision: number
      readonly zendeskId: number | null
      /** What was written last. */
      readonly last: { readonly operation: string | null; readonly label: string; readonly changed: readonly string[] }
    }
  | { readonly status: 'leased'; readonly until: number }
  | { readonly status: 'outstanding'; readonly batch: string }
  | { readonly status: 'not ready' }
  | { readonly status: 'after additions' }

/** Reads an answer of `lua/open.ts`. @throws TypeError for one that it does not give */
export function readVerdict(ref: EntityRef, [status, ...rest]: [Verdict['status'], ...unknown[]]): Verdict {
  switch (status) {
    case 'open': {
      const hash: Partial<Record<(typeof RECORD_FIELDS)[number], string>> = {}
      const values = rest[0] as (string | null)[]
      for (const [i, field] of RECORD_FIELDS.entries()) {
        const value = values[i]
        if (value) hash[field] = value
      }
      const sides = { user: rest[1] ? Number(rest[1]) : null, group: rest[2] ? Number(rest[2]) : null }
      return { status, record: decodeRecord(ref.kind, ref.id, hash)!, sides }
    }
    case 'done':
      return {
        status,
        appliedRevision: Number(rest[0]),
        zendeskId: rest[4] ? Number(rest[4]) : null,
        last: {
          operation: rest[1] ? String(rest[1]) : null,
          label: String(rest[2]),
          changed: rest[3] ? String(rest[3]).split(',') : [],
        },
      }
    case 'leased':
      return { status, until: Number(rest[0]) }
    case 'outstanding':
      return { status, batch: String(rest[0]) }
    case 'gone':
    case 'not ready':
    case 'after additions':
      return { status }
    default:
      throw new TypeError(`The ledger answered '${String(status satisfies never)}' for ${ref.kind} ${ref.id}`)
  }
}
