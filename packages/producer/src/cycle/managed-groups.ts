import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import { ManagedGroups } from '../mapping/managed-groups.ts'
import { namesOf } from '../plan/plan-group.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'
import { toWantedGroup } from './to-wanted.ts'

/**
 * The managed groups as their members' default groups: by the names that the directory gives them, with Zendesk's ids
 * where they are linked. One that is not, and that nobody creates, is none of them: Zendesk may have it all the same.
 */
export async function managedGroups(
  managed: DirectoryGroups['managed'],
  { groups }: Pick<ConnectionConfig, 'groups'>,
  reader: Pick<LedgerReader, 'records'>,
): Promise<ManagedGroups> {
  const records = await reader.records<GroupRecord>(
    'group',
    managed.map(({ id }) => id),
  )
  const known = managed.map((group, i) => ({
    names: namesOf(toWantedGroup(group)),
    zendeskId: records[i]?.zendeskId ?? null,
  }))
  return new ManagedGroups(known.filter(({ zendeskId }) => zendeskId !== null || groups?.actions.create))
}
