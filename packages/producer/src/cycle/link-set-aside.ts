import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { SetAside } from '@provisioner/shared/ledger/set-aside.ts'
import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isWithheld } from '@provisioner/zendesk/errors.ts'

/** Ids per `show_many`. */
const PAGE = 100

/**
 * Links of entities that were set aside to the objects that are their own, as Zendesk shows them now; who suspended a
 * user nobody knows any more, so it was not us. `gone` are those whose object Zendesk has no more.
 *
 * @param aside by `kind|id`
 * @throws Zendesk's errors
 */
export async function linksOf(
  { users, groups }: Pick<ZendeskClient, 'users' | 'groups'>,
  aside: ReadonlyMap<string, SetAside>,
): Promise<{ links: Link[]; gone: string[] }> {
  const links: Link[] = []
  const gone: string[] = []
  const all = [...aside].map(([member, one]) => ({ member, ...parseEntityMember(member), ...one }))
  const about = ({ kind, id, dn, label, zendeskId }: (typeof all)[number]) => ({
    ...{ kind, id, dn, label, zendeskId, suspendedByUs: false, inSync: null },
    known: { revision: 0, appliedRevision: 0, zendeskId: null },
  })
  const ofUsers = all.filter(({ kind }) => kind === 'user')
  for (let at = 0; at < ofUsers.length; at += PAGE) {
    const part = ofUsers.slice(at, at + PAGE)
    const shown = new Map(
      (await users.showMany({ ids: part.map((one) => one.zendeskId!) })).map((user) => [user.id, user]),
    )
    for (const one of part) {
      const user = shown.get(one.zendeskId!)
      if (!user || user.active === false) gone.push(one.member)
      else links.push({ ...about(one), applied: attributesInZendesk(user, { attributes: {}, tagsMode: 'merge' }) })
    }
  }
  for (const one of all.filter(({ kind }) => kind === 'group')) {
    const group = await groups.show(one.zendeskId!).catch((error: unknown) => {
      if (isWithheld(error) && error.problem.kind === 'not found') return undefined
      throw error
    })
    if (group) links.push({ ...about(one), applied: { presence: 'active', name: group.name } })
    else gone.push(one.member)
  }
  return { links, gone }
}
