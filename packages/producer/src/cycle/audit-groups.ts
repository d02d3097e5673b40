import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isWithheld } from '@provisioner/zendesk/errors.ts'
import type { Group } from '@provisioner/zendesk/groups.ts'

/** What the audit of linked groups found. */
export interface GroupAudit {
  /** Records, as they were looked at, of groups that somebody deleted in Zendesk. */
  readonly gone: ReadonlyMap<string, GroupRecord>
  /** Records of groups that somebody renamed, with the name that Zendesk shows. */
  readonly renamed: ReadonlyMap<string, GroupRecord>
}

export const NO_GROUP_AUDIT: GroupAudit = { gone: new Map(), renamed: new Map() }

/**
 * Compares every linked group that has nothing waiting with Zendesk's.
 * @param list Zendesk's groups, asked when needed; undefined where they can't be read
 */
export async function auditGroups(
  zendesk: Pick<ZendeskClient, 'groups'>,
  list: () => Promise<readonly Group[] | undefined>,
  reader: LedgerReader,
  signal: AbortSignal,
): Promise<GroupAudit> {
  const gone = new Map<string, GroupRecord>()
  const renamed = new Map<string, GroupRecord>()
  let names: Map<number, string> | undefined
  for await (const ids of reader.ids('group'))
    for (const record of await reader.records<GroupRecord>('group', ids)) {
      if (!record?.applied || record.zendeskId === null || record.revision > record.appliedRevision) continue
      const { zendeskId, applied } = record
      const all = names ? [] : await list()
      if (!all) return NO_GROUP_AUDIT
      names ??= new Map(all.map((group) => [group.id, group.name]))
      // A list that runs by name misses who is renamed meanwhile: only the group itself says that it is gone.
      const name = names.get(zendeskId) ?? (await nameOf(zendesk, zendeskId, applied.name, signal))
      if (name === undefined) gone.set(record.id, record)
      else if (name !== applied.name) renamed.set(record.id, { ...record, applied: { ...applied, name } })
    }
  return { gone, renamed }
}

/** The group's name; undefined when it is gone. One that can't be read is taken for unchanged. */
async function nameOf(
  zendesk: Pick<ZendeskClient, 'groups'>,
  id: number,
  nameBefore: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const group = await zendesk.groups.show(id, { signal })
    return group.deleted === true ? undefined : group.name
  } catch (error) {
    if (!isWithheld(error)) throw error
    return error.problem.kind === 'not found' ? undefined : nameBefore
  }
}
