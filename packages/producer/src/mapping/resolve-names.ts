import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import type { Catalogue } from './catalogue.ts'
import { problemOf } from './fault.ts'
import type { MappedUser } from './mapped.ts'
import type { ManagedGroups } from './managed-groups.ts'
import { idName, NAMED, NAMED_SETS, type NamedCatalogue } from './named-attributes.ts'
import { resolveSets } from './resolve-sets.ts'
import { adminNotAllowed } from './roles.ts'
import { unknownName } from './unknown-name.ts'
import type { UserFields } from './user-fields.ts'

/** What an entry names other users by, DNs in most directories: `user_fields.NAME` → the values, sorted. */
export type Lookups = Readonly<Record<string, readonly string[]>>

/** What the account has. Locales are known by their tag (`de`) and their name (`Deutsch`). */
export interface Catalogues {
  /** Undefined, as the others may be, where Zendesk does not let it be read. */
  readonly organizations: Catalogue | undefined
  readonly customRoles: Catalogue | undefined
  readonly locales: Catalogue | undefined
  /** Brands are known by their name and their subdomain. */
  readonly brands: Catalogue | undefined
  /** All groups of the account. */
  readonly defaultGroups: Catalogue | undefined
  /** Those that the directory manages: they are known by the names that they are to have. */
  readonly managedGroups?: ManagedGroups | undefined
  /** Ids of the custom roles that are Zendesk's own for an admin or a billing admin. */
  readonly adminRoles: ReadonlySet<number>
  /** Undefined when the account does not show them: then nothing is judged. */
  readonly userFields?: UserFields | undefined
}

export interface ResolvePolicy {
  /** `create` leaves the name of an organization that is missing to the worker, which creates it. */
  readonly missingOrganization: 'report' | 'create'
  /** Whether the mapping may make admins: `role.allowAdmin`. */
  readonly allowAdmin: boolean
}

/** The named parts of a mapped user in Zendesk's own attributes. Use them in place of the mapped user's. */
export interface Resolved extends Pick<MappedUser, 'attributes' | 'alternatives' | 'empty' | 'createOnly' | 'masked'> {
  /** Only what resolving found, not what mapping found before. */
  readonly problems: readonly Problem[]
  /** Organizations that Zendesk does not have yet. */
  readonly organizationsToCreate: readonly string[]
  /** What was left alone since it can't be looked up. */
  readonly unread: readonly NamedCatalogue[]
  /** Sets of which some name is not known, see {@link resolveSets}: what Zendesk holds besides is not taken away. */
  readonly partial?: readonly string[]
  /** What the entry has for lookup fields, by their names: who it names there is known after the scan. */
  readonly lookups?: Lookups
}

/**
 * Puts Zendesk's ids in the place of names.
 *
 *   value            | becomes
 *   -----------------|----------------------------------------------------------------------------
 *   known            | `organization_id`, `custom_role_id`, `default_group_id`, `locale_id`
 *   a managed group  | its id, under the name that the directory gives it; nothing until it is created
 *   an admin's role  | reported, the attribute left alone, unless the mapping may make admins
 *   unknown          | reported, the attribute left alone
 *   unknown, create  | stays `organization`, a name: the worker creates it, and writes the id
 *   any, of what can't be read | nothing: the attribute is left alone, and the list is one problem for all
 *   several, one of them known | as that one; the other known ones may take its place
 *   several, none known        | as the first by the alphabet; to be created, in the server's order
 *   a set of names             | see {@link resolveSets}
 *   whom a lookup field names  | stays apart: who that is in Zendesk is known after the scan (`lookup-fields.ts`)
 *
 * A custom role that is left alone takes the agent's role with it: an agent without it may do more than was meant.
 */
export function resolveNames(user: MappedUser, catalogues: Catalogues, policy: ResolvePolicy): Resolved {
  return namesNothing(user) ? asItIs(user) : resolveNamed(user, catalogues, policy)
}

function resolveNamed(user: MappedUser, catalogues: Catalogues, policy: ResolvePolicy): Resolved {
  const attributes: Record<string, AttributeValue> = { ...user.attributes }
  const alternatives: Record<string, readonly AttributeValue[]> = { ...user.alternatives }
  const problems: Problem[] = []
  const organizationsToCreate: string[] = []
  const unread: NamedCatalogue[] = []

  for (const { name, id, catalogue, code } of NAMED) {
    if (attributes[name] === undefined) continue
    const written = [attributes[name], ...(alternatives[name] ?? [])].map(String)
    delete attributes[name]
    delete alternatives[name]
    const managed = name === 'default_group' ? catalogues.managedGroups : undefined
    const [own] = managed?.find(written) ?? []
    if (own) {
      if (own.zendeskId !== null) attributes[id] = own.zendeskId
      continue
    }
    const known = catalogues[catalogue]
    if (!known) {
      unread.push(catalogue)
      if (name === 'custom_role') leaveRole(attributes, alternatives)
      continue
    }
    const ids = new Set(written.flatMap((one) => known.idOf(one) ?? []))
    const isBarred = (one: number) => name === 'custom_role' && !policy.allowAdmin && catalogues.adminRoles.has(one)
    const [found, ...others] = [...ids].filter((one) => !isBarred(one))
    if (found !== undefined) {
      attributes[id] = found
      if (others.length > 0) alternatives[id] = others
    } else if (ids.size > 0) problems.push(problemOf(adminNotAllowed, user, name, false))
    else if (name === 'organization' && policy.missingOrganization === 'create') {
      attributes[name] = written[0]!
      if (written.length > 1) alternatives[name] = written.slice(1)
      organizationsToCreate.push(written[0]!)
    } else {
      const told = written.sort()[0]!
      problems.push(problemOf(unknownName(code, name, told, known), user, name, user.masked.includes(name)))
    }
    if (found === undefined && name === 'custom_role') leaveRole(attributes, alternatives)
  }

  const sets = resolveSets(user, catalogues)
  for (const { name } of NAMED_SETS) delete attributes[name]
  const fields = resolveFields(user, catalogues.userFields)
  problems.push(...fields.problems)
  for (const name of Object.keys(fields.lookups)) delete alternatives[name]

  return {
    attributes: { ...attributes, ...sets.attributes, ...fields.attributes },
    ...(Object.keys(alternatives).length > 0 && { alternatives }),
    problems: [...problems, ...sets.problems],
    ...(sets.partial.length > 0 && { partial: sets.partial }),
    ...(Object.keys(fields.lookups).length > 0 && { lookups: fields.lookups }),
    empty: user.empty.filter((name) => !fields.unknown.has(name)).map(idName),
    createOnly: idNames(user.createOnly),
    masked: idNames(user.masked),
    organizationsToCreate,
    unread: [...unread, ...sets.unread],
  }
}

/** Whether there is nothing to look up of a user, as in many directories of most: every entry comes by here. */
function namesNothing({ attributes, empty }: MappedUser): boolean {
  const isNamed = NAMED.some(({ name }) => name in attributes) || NAMED_SETS.some(({ name }) => name in attributes)
  return empty.length === 0 && attributes['user_fields'] === undefined && !isNamed
}

function asItIs({ attributes, alternatives, empty, createOnly, masked }: MappedUser): Resolved {
  const parts = { attributes, empty, createOnly: idNames(createOnly), masked: idNames(masked) }
  const whole = { ...parts, problems: NONE, organizationsToCreate: NONE, unread: NONE }
  return alternatives === undefined ? whole : { ...whole, alternatives }
}

const NONE: readonly never[] = []

/** Without the custom role that it comes with, an agent's role may allow more than was meant. */
function leaveRole(attributes: Record<string, unknown>, alternatives: Record<string, unknown>): void {
  delete attributes['role']
  delete alternatives['role']
}

/**
 * The user fields that can be written, their values as Zendesk wants them. A key that Zendesk does not have is told
 * once for all, by `Names`.
 */
function resolveFields(user: MappedUser, known: UserFields | undefined) {
  const written = user.attributes['user_fields'] as Readonly<Record<string, AttributeValue>> | undefined
  const mapped = [...Object.keys(written ?? {}).map((key) => `${FIELD}${key}`), ...user.empty]
  const unknown = new Set(known ? mapped.filter((name) => name.startsWith(FIELD) && known.faultOfKey(keyOf(name))) : [])
  const problems: Problem[] = []
  if (!known || !written) return { attributes: {}, problems, unknown, lookups: {} }
  const fields: Record<string, AttributeValue> = {}
  const lookups: Record<string, readonly string[]> = {}
  for (const [key, value] of Object.entries(written)) {
    const name = `${FIELD}${key}`
    if (unknown.has(name)) continue
    if (known.isLookup(key)) {
      lookups[name] = [value, ...(user.alternatives?.[name] ?? [])].map(String).sort()
      continue
    }
    const judged = known.judge(key, value)
    if ('value' in judged) fields[key] = judged.value
    else problems.push(problemOf(judged.fault, user, name, user.masked.includes(name)))
  }
  return { attributes: { user_fields: fields as AttributeValue }, problems, unknown, lookups }
}

const FIELD = 'user_fields.'

function keyOf(name: string): string {
  return name.slice(FIELD.length)
}

function idNames(attributes: readonly string[]): readonly string[] {
  return attributes.length === 0 ? attributes : attributes.map(idName)
}
