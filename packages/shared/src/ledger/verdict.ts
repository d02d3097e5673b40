import type { EntityRef } from '../entity.ts'
import { decodeRecord, type RecordHash } from './decode-record.ts'
import { RECORD_FIELDS, type LedgerRecord } from './record.ts'

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

/**
 * Reads an answer of `lua/open.ts`. An entity that can't be read is answered as gone: a cycle sets it aside, and plans
 * it anew.
 *
 * @throws TypeError for an answer that the script does not give
 */
export function readVerdict(ref: EntityRef, [status, ...rest]: [Verdict['status'], ...unknown[]]): Verdict {
  switch (status) {
    case 'open': {
      const hash: { -readonly [field in keyof RecordHash]: RecordHash[field] } = {}
      const values = rest[0] as (string | null)[]
      for (const [i, field] of RECORD_FIELDS.entries()) {
        const value = values[i]
        if (value) hash[field] = value
      }
      const sides = { user: rest[1] ? Number(rest[1]) : null, group: rest[2] ? Number(rest[2]) : null }
      const read = decodeRecord(ref.kind, ref.id, hash)
      return read.status === 'known' ? { status, record: read.record, sides } : { status: 'gone' }
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
