import { hash } from 'node:crypto'
import { canonicalJson } from '@provisioner/shared/desired.ts'
import type { EventRow } from '../database/schema.ts'

/** What the first row of an account has as the hash before it. */
export const FIRST = ''

/**
 * SHA-256, in hexadecimal, of a row with the hash of the one before: canonical JSON of its columns that are not null.
 * A column that a later version adds is null in the rows of before, and leaves their hashes as they are.
 */
export function hashOf(row: Omit<EventRow, 'hash'>): string {
  const { hash: _own, ...columns } = row as EventRow
  const told = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null))
  return hash('sha256', canonicalJson(told), 'hex')
}
