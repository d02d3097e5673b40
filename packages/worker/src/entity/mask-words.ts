import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'

/**
 * What Zendesk says of a write, without the values of masked attributes: it quotes what it refuses. A value is hidden
 * where it stands as a word of its own, whatever its case.
 */
export function maskWords(words: string, record: LedgerRecord, masked: readonly string[]): string {
  if (record.kind !== 'user' || masked.length === 0) return words
  const { desired, applied } = record as UserRecord
  const values = [desired, applied].flatMap((state) => masked.flatMap((name) => textsOf(state?.attributes, name)))
  return values
    .sort((one, other) => other.length - one.length)
    .reduce((text, value) => text.replace(asWord(value), '***'), words)
}

function textsOf(attributes: UserAttributes | undefined, name: string): string[] {
  const value = attributes && valueOf(attributes, name)
  return [value].flat().flatMap((one) => (typeof one === 'string' || typeof one === 'number' ? [String(one)] : []))
}

function asWord(value: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(value)}(?![\\p{L}\\p{N}])`, 'giu')
}
