import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { PRESENCE } from '@provisioner/shared/ledger/undone.ts'
import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { unlessNotFound } from '../link/link-side.ts'
import type { PastChange } from './change-source.ts'
import type { LeftOut, Step, WayBack } from './way-back.ts'

/** A way back, and what Zendesk holds of users whom the ledger does not know, by `kind|id`. */
export interface WayBackAnew extends WayBack {
  readonly held: ReadonlyMap<string, UserAttributes>
}

/**
 * The same way back where Redis was lost since: whom the ledger does not know, and no entry has, a cycle can find again
 * only by what Zendesk holds of them. Left out is whom it does not hold any more, or holds as somebody else.
 *
 * @throws ZendeskError
 */
export async function withUnknown(
  way: WayBack,
  changes: readonly PastChange[],
  sources: Pick<PlanSources, 'reader' | 'zendesk' | 'connection'>,
): Promise<WayBackAnew> {
  const restored = way.steps.filter(isRestoring)
  const ids = restored.map(({ member }) => parseEntityMember(member).id)
  const records = await sources.reader.records<UserRecord>('user', ids)
  const held = new Map<string, UserAttributes>()
  const lost = new Map<string, string>()
  for (const [i, { member }] of restored.entries()) {
    if (records[i]?.zendeskId != null) continue
    const found = await heldOf(ids[i]!, changes, sources)
    if (typeof found === 'string') lost.set(member, found)
    else held.set(member, found)
  }
  const leftOut = way.steps.flatMap(({ member, change, label, name }): LeftOut[] => {
    const why = lost.get(member)
    return why === undefined ? [] : [{ change, label, name, why }]
  })
  return {
    steps: way.steps.filter(({ member }) => !lost.has(member)),
    leftOut: [...way.leftOut, ...leftOut],
    held,
  }
}

function isRestoring({ member, name, now, back }: Step): boolean {
  return member.startsWith('user|') && name === PRESENCE && now === 'suspended' && back === 'active'
}

/** What Zendesk holds of them, or why nobody can be found by it. */
async function heldOf(
  id: string,
  changes: readonly PastChange[],
  { zendesk, connection }: Pick<PlanSources, 'zendesk' | 'connection'>,
): Promise<UserAttributes | string> {
  const own = changes.findLast(({ event }) => event.kind === 'user' && event.id === id && event.zendeskId !== null)
  const zendeskId = own?.event.zendeskId
  if (zendeskId == null) return 'the history does not have which user of Zendesk that is'
  const user = await unlessNotFound(zendesk.users.show(zendeskId))
  if (!user || !isThere(user)) return `Zendesk has no user ${zendeskId} any more`
  const { externalId, map } = connection.users
  const isDirectoryId = externalId === 'directoryId' && map.external_id === undefined
  if (isDirectoryId && user.external_id && user.external_id.toLowerCase() !== id.toLowerCase())
    return `Zendesk's user ${zendeskId} has the external id of another entry by now`
  return attributesInZendesk(user, { attributes: { name: user.name ?? null }, tagsMode: 'merge' }).attributes
}
