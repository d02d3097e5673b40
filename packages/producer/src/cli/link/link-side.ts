import type { AttributeValue } from '@provisioner/shared/desired.ts'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { isTeamRole, type Applied } from '@provisioner/shared/ledger/record.ts'
import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { isAsWritten } from '../../cycle/as-zendesk-shows.ts'
import { showValue } from '../../cycle/drift-problems.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { plain } from '../explained-entry.ts'
import type { PersonEntry } from '../explain/read-entry.ts'

/** A user or a group of Zendesk as it is shown to whoever links it. */
export interface LinkSide {
  readonly zendeskId: number
  /** `'Ada Lovelace', ada@acme.com, agent, suspended`. */
  readonly words: string
  readonly role: string | null
  /** Who has it already; null for nobody. */
  readonly owner: OwnerRef | null
  /** The pattern of `accounts.*.protect` that protects it, or why nobody can tell; null for neither. */
  readonly protectedBy: string | null
  /** What the ledger keeps of it once it is linked. */
  readonly applied: Applied
  readonly user: User | undefined
}

/** Reads the object that is to be linked. Undefined where Zendesk has none that is not deleted. @throws ZendeskError */
export async function readSide(
  sources: PlanSources,
  kind: 'user' | 'group',
  zendeskId: number,
  signal: AbortSignal,
): Promise<LinkSide | undefined> {
  const { redis, connection } = sources
  const seen =
    kind === 'user' ? await seenUser(sources, zendeskId, signal) : await seenGroup(sources, zendeskId, signal)
  if (!seen) return undefined
  const [owner = null] = await readOwners(redis, { account: connection.account, kind }, [zendeskId])
  return { zendeskId, owner, ...seen }
}

type Seen = Omit<LinkSide, 'zendeskId' | 'owner'>

async function seenUser(sources: PlanSources, zendeskId: number, signal: AbortSignal): Promise<Seen | undefined> {
  const user = await unlessNotFound(sources.zendesk.users.show(zendeskId, { signal }))
  if (!user || !isThere(user)) return undefined
  const masked = zendeskNamesMasked(sources.connection.users.map)
  const known = [
    masked.has('name') ? '***' : `'${user.name ?? ''}'`,
    masked.has('email') ? '***' : (user.email ?? 'no address'),
    user.role ?? 'no role',
    ...(user.suspended ? ['suspended'] : []),
  ]
  return {
    words: known.join(', '),
    role: user.role ?? null,
    protectedBy: await protectionOf(sources, user, signal),
    applied: attributesInZendesk(user, { attributes: {}, tagsMode: 'merge' }),
    user,
  }
}

async function seenGroup({ zendesk }: PlanSources, zendeskId: number, signal: AbortSignal): Promise<Seen | undefined> {
  const group = await unlessNotFound(zendesk.groups.show(zendeskId, { signal }))
  if (!group || group.deleted === true) return undefined
  const applied = { presence: 'active', name: group.name } as const
  return { words: `'${group.name}'`, role: null, protectedBy: null, applied, user: undefined }
}

/** An attribute that the entry has otherwise than Zendesk; values as they are quoted for people, or `***`. */
export interface LinkDifference {
  readonly attribute: string
  readonly from: string
  readonly to: string
}

/** What the entry's mapping would write to the user. An external id that the user brought along is kept for good. */
export function differencesOf({ mapping }: PersonEntry, user: User, masked: ReadonlySet<string>): LinkDifference[] {
  return mapping.attributes.flatMap(({ attribute, outcome, result }) => {
    if (outcome !== 'set' || result === undefined) return []
    if (masked.has(attribute)) return [{ attribute, from: '***', to: '***' }]
    const wanted = plain(result) as AttributeValue
    const held = valueOf(user as never, attribute) ?? null
    if (attribute === 'external_id' && held !== null && held !== '') return []
    return isAsWritten(attribute, wanted, held) ? [] : [{ attribute, from: showValue(held), to: showValue(wanted) }]
  })
}

/** Other users of Zendesk who have the address that the entry would write. */
export async function othersWithAddress(
  { zendesk }: PlanSources,
  email: string | null,
  zendeskId: number,
  signal: AbortSignal,
): Promise<number[]> {
  if (email === null) return []
  const users = await zendesk.users.search({ email }, { signal })
  return users.filter((one) => isThere(one) && one.id !== zendeskId).map(({ id }) => id)
}

async function protectionOf(
  { protection, zendesk }: PlanSources,
  { id, email, role }: User,
  signal: AbortSignal,
): Promise<string | null> {
  const known = (await protection.ofIds([id])).get(id) ?? protection.byAddress(email)
  if (known !== undefined) return known
  const identities = await zendesk.identities.list(id, { signal }).catch((error: unknown) => {
    if (error instanceof ZendeskError && !isTeamRole(role ?? undefined)) return []
    throw error
  })
  return protection.byAddress(...identities.filter(({ type }) => type === 'email').map(({ value }) => value)) ?? null
}

/** What Zendesk answers, undefined where it has no such object. */
export function unlessNotFound<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof ZendeskError && error.problem.kind === 'not found') return undefined
    throw error
  })
}
