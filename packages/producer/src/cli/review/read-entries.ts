import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { DirectoryPicture } from '../../cycle/directory-picture.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { readDirectory } from '../../cycle/read-directory.ts'
import { roleGroupsOf } from '../../cycle/user-policy.ts'
import { normaliseDn } from '../../directory/dn.ts'
import { chooseValues } from '../../plan/choose-values.ts'
import type { WantedUser } from '../../plan/wanted-user.ts'
import type { ReviewedConnection, TeamMember } from './review-file.ts'
import { watchMapping, type WatchedEntry } from './watch-mapping.ts'
import { whyRole } from './why-role.ts'

/** What one connection's directory says of a team member. */
export interface EntryOfMember {
  readonly connection: string
  readonly id: string
  readonly dn: string | null
  readonly entry: TeamMember['entry']
  readonly disabled: boolean | 'unknown'
  /** Undefined where the entry is not there, can't be mapped, or was not read. */
  readonly wanted: WantedUser | undefined
  readonly why: string
  /** Zendesk's names of the attributes whose values nobody is to see. */
  readonly masked: ReadonlySet<string>
}

/** Whom the directory puts into a managed group. */
export interface ManagedGroup {
  readonly connection: string
  /** Directory ids; of users of other connections `zendesk-NUMBER`. */
  readonly members: ReadonlySet<string>
}

/** What one connection knows of the account's team. */
export interface EntriesOfTeam {
  readonly directory: ReviewedConnection['directory']
  /** By Zendesk id. */
  readonly entries: ReadonlyMap<number, EntryOfMember>
  /** By Zendesk's group id; those of which not all members may have been read are left out. */
  readonly managed: ReadonlyMap<number, ManagedGroup>
}

/**
 * Reads a connection's directory as a cycle does, and finds the entries of the team: those that are linked, and of
 * users whom no entry has those with their address. A directory that can't be read whole says nothing of anybody.
 *
 * @param linked directory ids of team members that the ledger links to this connection, by Zendesk id
 * @param free team members whom no entry has
 * @throws ZendeskError where a list that the mapping names can't be read
 */
export async function readEntries(
  sources: PlanSources,
  team: readonly User[],
  { linked, free }: { readonly linked: ReadonlyMap<number, string>; readonly free: readonly User[] },
  signal: AbortSignal,
): Promise<EntriesOfTeam> {
  const { connection, reader, names } = sources
  const freeByEmail = new Map(free.flatMap((user) => (user.email ? [[user.email.toLowerCase(), user] as const] : [])))
  const ids = new Set(linked.values())
  const { mapping, watched } = watchMapping(sources.mapping, {
    ids,
    emails: new Set(freeByEmail.keys()),
  })
  const now = Date.now()
  await names.begin(now, { anew: true })
  const known = await names.refresh(now, signal)
  const records = await reader.records<UserRecord>('user', [...ids])
  const dns = new Map(records.flatMap((record) => (record ? [[record.id, record.dn] as const] : [])))
  const about = { connection: connection.id, masked: zendeskNamesMasked(connection.users.map) }
  let picture: DirectoryPicture
  try {
    picture = await readDirectory({ ...sources, mapping, names: known, ignoreSeen: true }, signal)
  } catch (error) {
    if (!(error instanceof ProvisioningError)) throw error
    const nobody = { ...about, disabled: 'unknown' as const, wanted: undefined, entry: 'unknown' as const }
    const why = 'nobody knows: the directory was not read'
    const entries = [...linked].map(([zendeskId, id]) => [zendeskId, { ...nobody, id, dn: dns.get(id) ?? null, why }])
    return {
      directory: { readWhole: false, entries: null, why: error.message },
      entries: new Map(entries as [number, EntryOfMember][]),
      managed: new Map(),
    }
  }
  const users = new Map(team.map((user) => [user.id, user]))
  const entries = new Map<number, EntryOfMember>()
  for (const [zendeskId, id] of linked)
    entries.set(zendeskId, {
      ...about,
      ...entryOf(
        id,
        { picture, watched: watched.get(id), dn: dns.get(id) ?? null, user: users.get(zendeskId)! },
        connection,
      ),
    })
  for (const [id, one] of watched) {
    const user = one.email === undefined ? undefined : freeByEmail.get(one.email.toLowerCase())
    if (user === undefined || ids.has(id)) continue
    const found = entryOf(id, { picture, watched: one, dn: one.dn, user }, connection)
    entries.set(user.id, { ...about, ...found, entry: 'not linked' })
  }
  const managed = await managedGroups(sources, picture)
  return { directory: { readWhole: true, entries: picture.present.size }, entries, managed }
}

function entryOf(
  id: string,
  {
    picture,
    watched,
    dn,
    user,
  }: {
    readonly picture: DirectoryPicture
    readonly watched: WatchedEntry | undefined
    readonly dn: string | null
    readonly user: User
  },
  { users }: ConnectionConfig,
): Omit<EntryOfMember, 'connection' | 'masked'> {
  if (!picture.present.has(id)) {
    const why = 'their entry is gone, or out of scope: the role is what was left'
    return { id, dn, entry: 'left', disabled: 'unknown', wanted: undefined, why }
  }
  const wanted = picture.candidates.get(id)
  const disabled = picture.statusUnknown.has(id) ? ('unknown' as const) : picture.disabled.has(id)
  const about = { id, dn: watched?.dn ?? dn, entry: 'in scope' as const, disabled }
  const groups = new Map(roleGroupsOf(users).map((group) => [normaliseDn(group), group]))
  if (wanted === undefined || watched?.explanation.kind !== 'mapped') {
    const codes = [...new Set(watched?.explanation.problems.map(({ code }) => code))].join(', ')
    const why = `nobody knows: their entry can't be mapped${codes === '' ? '' : ` (${codes})`}`
    return { ...about, wanted: undefined, why }
  }
  const chosen = chooseValues(wanted, [user as unknown as UserAttributes])
  return { ...about, wanted: chosen, why: whyRole(watched.explanation.attributes, groups) }
}

/** The linked groups whose members the directory decides, and who they are. */
async function managedGroups(
  { connection, reader }: Pick<PlanSources, 'connection' | 'reader'>,
  { members, doubts }: DirectoryPicture,
): Promise<Map<number, ManagedGroup>> {
  const managed = new Map<number, ManagedGroup>()
  if (connection.groups?.actions.memberships !== true || doubts.forAll.managed !== undefined) return managed
  const ids = [...members.keys()].filter((id) => !doubts.managed.has(id))
  for (const record of await reader.records<GroupRecord>('group', ids))
    if (record?.zendeskId != null)
      managed.set(record.zendeskId, { connection: connection.id, members: members.get(record.id)! })
  return managed
}
