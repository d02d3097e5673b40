import type { Kind } from '@provisioner/shared/entity.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'

/** Has the reader look at entities with which the ledger would do nothing: what it can't read, it notes. */
export async function noteUnreadable(reader: LedgerReader, members: Iterable<string>): Promise<void> {
  const ids = Map.groupBy([...members].map(parseEntityMember), ({ kind }): Kind => kind)
  for (const [kind, some] of ids)
    await reader.records(
      kind,
      some.map(({ id }) => id),
    )
}
