import { ScannedEntries } from './scanned-entries.ts'

/** A scan that has found these. */
export function scanned(...ids: readonly string[]): ScannedEntries {
  const entries = new ScannedEntries()
  for (const id of ids) entries.add(id, `uid=${id},dc=example,dc=org`)
  return entries
}
