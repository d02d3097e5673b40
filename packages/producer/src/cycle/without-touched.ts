import { formatEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'

/**
 * The fingerprints less those of users whose answer was released before this plan. Each was recorded with its release,
 * in one step. Were it said once more, a Redis that lost both in between would have an answer without its release, and
 * nobody would plan it again.
 */
export function withoutTouched(
  settled: ReadonlyMap<string, string>,
  touched: ReadonlySet<string>,
  recorded: readonly EntityName[],
): ReadonlyMap<string, string> {
  if (touched.size === 0) return settled
  const now = new Set(recorded.map(formatEntityMember))
  const member = (id: string) => formatEntityMember({ kind: 'user', id })
  return new Map(settled.entries().filter(([id]) => !touched.has(member(id)) || now.has(member(id))))
}
