import { unownedUser } from '@provisioner/shared/entity.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { isAsWritten } from '../../cycle/as-zendesk-shows.ts'
import type { WantedUser } from '../../plan/wanted-user.ts'
import type { EntryOfMember, ManagedGroup } from './read-entries.ts'
import type { Team } from './read-team.ts'
import { MASKED, type Finding, type FindingCode, type TeamMember } from './review-file.ts'

/** What a team member is judged by. */
export interface Judged {
  readonly user: User
  readonly member: TeamMember
  /** Undefined where no directory has an entry of theirs. */
  readonly entry: EntryOfMember | undefined
  readonly team: Team
  readonly managed: ReadonlyMap<number, ManagedGroup>
  /** How long a seat may be unused, ms. */
  readonly idleMs: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * What is to be told of a team member.
 *
 *   the team member                          | is judged by
 *   -----------------------------------------|------------------------------------------------------------------
 *   protected, or the API's own user         | nothing but SUSPENDED_ON_SEAT: people decided that they are there
 *   of no entry, or of one that has left     | that, whether they are an admin, their seat
 *   of an entry that is not linked           | the same, and NOT_LINKED in place of NOBODY_IN_DIRECTORY
 *   of a disabled entry, suspended           | their seat: that they have lost the rest is as it should be
 *   of a disabled entry, not suspended       | that, whether they are an admin, their seat
 *   of an entry in scope                     | everything: role, brands, groups, name, address, seat
 *   of a directory that was not read         | their seat
 */
export function judgeMember(judged: Judged): Finding[] {
  const { member, entry } = judged
  const found: [FindingCode, string][] = []
  if (!member.apiUser && member.protectedBy === null) {
    found.push(...presence(judged))
    if (entry?.entry === 'in scope' && entry.disabled !== true && entry.wanted)
      found.push(...differences(judged, entry.wanted, entry.masked))
    if (isIdle(judged)) found.push(['SEAT_IDLE', idleSince(member)])
  }
  if (member.seat && member.suspended) found.push(['SUSPENDED_ON_SEAT', `suspended, and still ${roleOf(member)}`])
  const who = whoIs(member)
  return found.map(([code, what]) => ({ code, zendeskId: member.zendeskId, who, what }))
}

function presence({ member, entry }: Judged): [FindingCode, string][] {
  const role = roleOf(member)
  const found: [FindingCode, string][] = []
  if (member.entry === 'none')
    found.push(['NOBODY_IN_DIRECTORY', `${role}; no entry in scope is linked or has the address`])
  if (member.entry === 'left')
    found.push(['NOBODY_IN_DIRECTORY', `${role}; the entry ${member.dn ?? member.directoryId} is gone or out of scope`])
  if (member.entry === 'not linked') found.push(['NOT_LINKED', `${role}; ${member.dn} has the address`])
  if (entry?.entry === 'in scope' && entry.disabled === true && !member.suspended)
    found.push(['ENTRY_DISABLED', `${role}, not suspended; the entry ${member.dn} is disabled`])
  const wanted = entry?.entry === 'in scope' && entry.disabled !== true ? entry.wanted?.attributes['role'] : undefined
  if (member.role === 'admin' && member.entry !== 'unknown' && wanted !== 'admin') {
    const said =
      wanted === undefined ? 'no mapping makes them one' : `the directory says ${hidden(wanted, entry?.masked)}`
    found.push(['ADMIN_UNEXPECTED', `an admin; ${said}`])
  }
  return found
}

/** In what Zendesk holds something else than the directory says. What is sent with a creation alone may differ. */
function differences(
  { user, member, team, managed, entry }: Judged,
  { attributes, createOnly, partial = [] }: WantedUser,
  masked: ReadonlySet<string>,
): [FindingCode, string][] {
  const found: [FindingCode, string][] = []
  const isJudged = (name: string) => attributes[name] !== undefined && !createOnly.includes(name)
  const tell = (name: string, is: unknown, wanted: unknown) =>
    masked.has(name)
      ? `not what the directory says (${MASKED})`
      : `${said(is)} in Zendesk, ${said(wanted)} in the directory`

  const { role, custom_role_id: custom } = attributes
  if (isJudged('role') && role !== user.role && user.role !== 'admin')
    found.push(['ROLE_DIFFERS', tell('role', user.role, role)])
  else if (isJudged('custom_role_id') && user.role === 'agent' && Number(custom) !== user.custom_role_id)
    found.push([
      'ROLE_DIFFERS',
      tell('custom_role_id', member.customRole, team.customRoles?.get(Number(custom)) ?? custom),
    ])

  const wrong = groupsAmiss(member, team, managed, entry!)
  if (wrong !== undefined) found.push(['GROUPS_DIFFER', wrong])

  const brands = attributes['agent_brand_ids'] as readonly number[] | undefined
  if (isJudged('agent_brand_ids') && user.role === 'agent' && team.brandsOf) {
    const held = team.brandsOf.get(user.id) ?? new Set<number>()
    const isPartial = partial.includes('agent_brand_ids')
    const name = (id: number) => team.brands?.get(id) ?? `brand ${id}`
    const missing = brands!.filter((id) => !held.has(id)).map(name)
    const more = isPartial ? [] : [...held].filter((id) => !brands!.includes(id)).map(name)
    if (missing.length + more.length > 0)
      found.push(['BRANDS_DIFFER', masked.has('brands') ? tell('brands', '', '') : amiss(missing, more)])
  }

  if (isJudged('email') && !isAsWritten('email', attributes['email']!, user.email ?? null))
    found.push(['EMAIL_DIFFERS', tell('email', user.email, attributes['email'])])
  if (isJudged('name') && !isAsWritten('name', attributes['name']!, user.name ?? null))
    found.push(['NAME_DIFFERS', tell('name', user.name, attributes['name'])])
  return found
}

/** Of managed groups alone: whoever is in another one was put there by people, who may. */
function groupsAmiss(
  { zendeskId }: TeamMember,
  { groups, groupsOf }: Team,
  managed: ReadonlyMap<number, ManagedGroup>,
  { connection, id }: EntryOfMember,
): string | undefined {
  if (!groupsOf) return undefined
  const held = groupsOf.get(zendeskId) ?? new Set<number>()
  const [missing, more]: [string[], string[]] = [[], []]
  for (const [group, { connection: of, members }] of managed) {
    const isWanted = (of === connection && members.has(id)) || members.has(unownedUser(zendeskId))
    if (isWanted === held.has(group)) continue
    ;(isWanted ? missing : more).push(groups?.get(group) ?? `group ${group}`)
  }
  return missing.length + more.length === 0 ? undefined : amiss(missing, more)
}

function amiss(missing: readonly string[], more: readonly string[]): string {
  const parts = [
    missing.length > 0 && `not in ${missing.join(', ')}, as the directory says`,
    more.length > 0 && `in ${more.join(', ')}, which the directory does not say`,
  ]
  return parts.filter(Boolean).join('; ')
}

function isIdle({ member, idleMs, now }: Judged): boolean {
  if (!member.seat || member.suspended) return false
  const last = Date.parse(member.lastSignIn ?? member.createdAt ?? '')
  return !Number.isNaN(last) && now - last > idleMs
}

function idleSince({ lastSignIn, createdAt }: TeamMember): string {
  return lastSignIn === null ? `never signed in since ${day(createdAt)}` : `last signed in on ${day(lastSignIn)}`
}

function day(time: string | null): string {
  return (time ?? '').slice(0, 10)
}

/** What people call a team member: by what is not masked. */
export function whoIs({ email, name, zendeskId }: Pick<TeamMember, 'email' | 'name' | 'zendeskId'>): string {
  return [email, name].find((one) => one !== null && one !== MASKED) ?? `user ${zendeskId}`
}

/** A role for people: `an agent (Team lead)`. */
export function roleOf({ role, customRole }: Pick<TeamMember, 'role' | 'customRole'>): string {
  const article = role === 'admin' ? 'an admin' : 'an agent'
  return customRole === null ? article : `${article} (${customRole})`
}

function said(value: unknown): string {
  return value === null || value === undefined || value === '' ? 'none' : `“${String(value)}”`
}

function hidden(role: unknown, masked: ReadonlySet<string> | undefined): string {
  return masked?.has('role') ? MASKED : String(role)
}
