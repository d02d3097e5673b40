import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'

/** How far back of a moment entries are looked for, ms: clocks differ, and timestamps are whole seconds. */
const OVERLAP_MS = 10_000

/** A change's number in OpenLDAP: time, count, server and modification (RFC 4533; `slap_parse_csn`). */
const CSN = /\b\d{14}\.\d{6}Z#[\da-f]{6}#[\da-f]{3}#[\da-f]{6}/g

/**
 * A filter for the entries that have changed since a directory was as far as the token says. It may let through some
 * that have not, and miss some that have, such as one that another server changed and this one was told of late.
 *
 *   token                | entries
 *   ---------------------|---------------------------------------------------------------
 *   contextCSN           | with the newest number, or a higher one, as `entryCSN`
 *   highestCommittedUSN  | with a higher `uSNChanged`
 *   lastusn              | with a higher `entryusn`, where there is one database
 *   any other            | with a `modifyTimestamp` of the moment of the token, or later
 *
 * @param readAt when the token was read, ms since the epoch
 */
export function changedSince({ by, value }: ChangeToken, readAt: number): string {
  if (by === 'contextCSN') {
    // it begins with its time, and is compared from the left
    const newest = (value.match(CSN) ?? []).sort().at(-1)
    if (newest !== undefined) return `(entryCSN>=${newest})`
  }
  if (by === 'highestCommittedUSN' && /^\d+$/.test(value)) return `(uSNChanged>=${BigInt(value) + 1n})`
  const usn = by === 'lastusn' ? /^(?:[^=,]+=)?(\d+)$/.exec(value)?.[1] : undefined
  if (usn !== undefined) return `(entryusn>=${BigInt(usn) + 1n})`
  return `(modifyTimestamp>=${generalizedTime(readAt - OVERLAP_MS)})`
}

/** RFC 4517, 3.3.13. @param ms since the epoch */
export function generalizedTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
}
