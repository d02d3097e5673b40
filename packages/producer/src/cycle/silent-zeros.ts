import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Location } from '@provisioner/shared/config/location.ts'
import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { normaliseDn } from '../directory/dn.ts'
import { attributesOf } from '../directory/ldap/filter.ts'
import { idName } from '../mapping/named-attributes.ts'
import type { MappedUser } from '../mapping/mapped.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'
import { groupFilter, personFilter } from '../source/filters.ts'
import type { SourceUser } from '../source/read-users.ts'
import { emptyLocation, emptyMapping, emptyRole, unknownAttribute, type Named } from './silent-zero-problems.ts'

const sentFor = { users: personFilter, groups: groupFilter }

/** Names of attributes that stand for more than one, or for none. */
const NOT_AN_ATTRIBUTE: ReadonlySet<string> = new Set(['dn', '*', '+', '1.1', 'objectclass'])

/**
 * Finds what of a configuration yields nothing for anybody, which looks like nothing to do:
 *
 *   what                                   | told as           | not when
 *   ---------------------------------------|-------------------|---------------------------------------------
 *   a location without a hit               | LOCATION_EMPTY    | `expectEmpty`; its group is told of already
 *   a mapping without a value for anybody  | MAPPING_EMPTY     | `expectEmpty`; nobody was mapped
 *   an attribute that nobody has, and that the schema does not know | ATTRIBUTE_UNKNOWN | `expectEmpty`
 *   a group of `byGroup` that nobody in scope is in | GROUP_EMPTY | `expectEmpty`; `groups-in-doubt.ts` told of it
 */
export class SilentZeros {
  readonly #connection: ConnectionConfig
  readonly #mappings: ReadonlyMap<string, AttributeMapping>
  readonly #named: readonly Named[]
  readonly #had = new Set<string>()
  /** Names of mappings that have yielded nothing so far. */
  readonly #silent: Set<string>
  readonly #roleGroups = new Set<string>()
  #people = 0
  /** Attributes in lower case that the schema does not know; undefined where it says nothing of that. */
  #unknownNames: ReadonlySet<string> | undefined = new Set()
  #mapped = 0

  constructor(connection: ConnectionConfig) {
    const { user_fields: fields = {}, ...map } = connection.users.map
    this.#connection = connection
    this.#mappings = new Map([
      ...Object.entries(map).flatMap(([name, mapping]) => (mapping ? [[name, mapping] as const] : [])),
      ...Object.entries(fields).map(([key, mapping]) => [`${FIELD}${key}`, mapping] as const),
    ])
    this.#silent = new Set(this.#mappings.keys())
    this.#named = [
      ...namedByMappings(this.#mappings),
      ...namedByStatus(connection),
      ...namedByExpiry(connection),
      ...namedByMembership(connection),
      ...namedByFilters(connection),
    ]
  }

  /** Takes a page of people into account, in scope or not. */
  note(people: readonly Pick<SourceUser, 'entry'>[]): void {
    this.#people += people.length
    for (const { attribute } of this.#named) {
      if (this.#had.has(attribute)) continue
      if (people.some(({ entry }) => (entry.attributes.get(attribute) ?? []).length > 0)) this.#had.add(attribute)
    }
  }

  /** Takes the role groups that a person is in into account, by key, and hands them on. */
  noteRoles(groups: ReadonlySet<string>): ReadonlySet<string> {
    for (const key of groups) this.#roleGroups.add(key)
    return groups
  }

  /** Takes a mapped person into account. */
  noteMapped({ attributes }: MappedUser): void {
    this.#mapped++
    for (const name of this.#silent) if (isIn(attributes, name)) this.#silent.delete(name)
  }

  /**
   * @param found how many people each location yielded, the groups, and the DNs of those of which something is said
   *   already
   * @param typesOf the schema of a base, if it is shown
   */
  async problems(
    found: {
      readonly users: readonly number[]
      readonly groups: DirectoryGroups
      readonly told: ReadonlySet<string | undefined>
    },
    typesOf: (base: string) => Promise<ReadonlyMap<string, string> | undefined>,
  ): Promise<Problem[]> {
    const { users, groups, id, directory } = this.#connection
    const types = await typesOf(users.locations[0]!.base)
    const unknown = this.#unknown(types)
    this.#unknownNames = this.#isReliable(types) ? new Set(unknown.keys()) : undefined
    const silent = (kind: 'users' | 'groups', counts: readonly number[], locations: readonly Location[]) =>
      locations.flatMap((location, i) => {
        if (counts[i] !== 0 || location.expectEmpty || found.told.has(location.group)) return []
        return [
          emptyLocation(id, `${kind}.locations[${i}]`, location, sentFor[kind](directory, location.filter), unknown),
        ]
      })
    return [
      ...unknown.values(),
      ...silent('users', found.users, users.locations),
      ...silent('groups', found.groups.inLocation, groups?.locations ?? []),
      ...this.#emptyMappings(unknown),
      ...this.#emptyRoles(found),
    ]
  }

  /**
   * Mappings of which nothing is emptied, by the names that a plan has. A misspelt attribute would clear what Zendesk
   * holds of everybody.
   *
   *   the schema                | nothing is emptied of a mapping           | because it is told as
   *   --------------------------|-------------------------------------------|----------------------
   *   can be relied on          | one of whose attributes it does not know  | ATTRIBUTE_UNKNOWN
   *   is not shown, or in part  | whose attributes are empty for everybody  | MAPPING_EMPTY
   */
  get unread(): ReadonlySet<string> {
    const unknown = this.#unknownNames
    const isUnread = ({ from, expectEmpty }: AttributeMapping) => {
      const names = from.map((one) => one.toLowerCase())
      if (expectEmpty || names.length === 0) return false
      if (unknown) return names.some((name) => unknown.has(name))
      return names.every((name) => !this.#had.has(name) && !NOT_AN_ATTRIBUTE.has(name))
    }
    return new Set([...this.#mappings].flatMap(([name, mapping]) => (isUnread(mapping) ? idName(name) : [])))
  }

  #unknown(types: ReadonlyMap<string, string> | undefined): Map<string, Problem> {
    const problems = new Map<string, Problem>()
    if (!this.#isReliable(types)) return problems
    for (const named of this.#named) {
      const { attribute, isRead } = named
      if (NOT_AN_ATTRIBUTE.has(attribute) || this.#had.has(attribute) || problems.has(attribute)) continue
      if (isRead && this.#people === 0) continue
      if (types.has(attribute.split(';')[0]!)) continue // options, as in `cn;lang-de`, are no part of the name
      problems.set(attribute, unknownAttribute(this.#connection.id, named, types))
    }
    return problems
  }

  /** Some servers show a schema that lacks what their entries have: it says nothing of a name that it lacks. */
  #isReliable(types: ReadonlyMap<string, string> | undefined): types is ReadonlyMap<string, string> {
    return types?.has('objectclass') === true && [...this.#had].every((name) => types.has(name.split(';')[0]!))
  }

  #emptyMappings(unknown: ReadonlyMap<string, Problem>): Problem[] {
    if (this.#mapped === 0) return []
    return [...this.#mappings].flatMap(([name, mapping]) => {
      const from = mapping.from.map((one) => one.toLowerCase())
      if (mapping.expectEmpty || this.#yields(name) || from.some((one) => unknown.has(one) || this.#had.has(one)))
        return []
      return [emptyMapping(this.#connection.id, name, mapping, this.#mapped)]
    })
  }

  #emptyRoles({ groups: { tree, roots }, told }: { groups: DirectoryGroups; told: ReadonlySet<string | undefined> }) {
    if (this.#mapped === 0) return []
    const meant = new Set(
      [...this.#mappings.values()].flatMap(({ byGroup, expectEmpty }) =>
        expectEmpty ? Object.keys(byGroup ?? {}).map(normaliseDn) : [],
      ),
    )
    return roots.roles.flatMap(({ key, dn }) => {
      const group = tree.get(key)
      if (!group || meant.has(key) || this.#roleGroups.has(key) || told.has(dn)) return []
      return [emptyRole(group.id ?? key, dn, this.#mapped)]
    })
  }

  /** A role, by group or not, has its groups told of. */
  #yields(name: string): boolean {
    return !this.#silent.has(name) || this.#mappings.get(name)!.byGroup !== undefined
  }
}

const FIELD = 'user_fields.'

function isIn(attributes: MappedUser['attributes'], name: string): boolean {
  if (!name.startsWith(FIELD)) return Object.hasOwn(attributes, name)
  const fields = attributes['user_fields']
  return typeof fields === 'object' && fields !== null && Object.hasOwn(fields, name.slice(FIELD.length))
}

const STATUS = 'directory.status.attribute'
const MEMBER_OF = 'directory.membership.user'

function namedByMappings(mappings: ReadonlyMap<string, AttributeMapping>): Named[] {
  return [...mappings].flatMap(([name, { from, expectEmpty }]) =>
    expectEmpty
      ? []
      : from.map((one) => ({ attribute: one.toLowerCase(), written: one, setting: `users.map.${name}`, isRead: true })),
  )
}

function namedByStatus({ directory: { status } }: ConnectionConfig): Named[] {
  if (!status || ('expectEmpty' in status && status.expectEmpty)) return []
  return [{ attribute: status.attribute.toLowerCase(), written: status.attribute, setting: STATUS, isRead: true }]
}

/** Defaults of a type of server, whose schema need not know them. */
const USUAL_EXPIRY: ReadonlySet<string> = new Set(['accountexpires', 'shadowexpire', 'krbprincipalexpiration'])

function namedByExpiry({ directory: { expires } }: ConnectionConfig): Named[] {
  return expires
    .filter((one) => !USUAL_EXPIRY.has(one.toLowerCase()))
    .map((written) => ({ attribute: written.toLowerCase(), written, setting: 'directory.expires', isRead: true }))
}

/** The attributes that name memberships: those of groups, and those of users where groups are not read. */
function namedByMembership({ directory: { membership, type } }: ConnectionConfig): Named[] {
  const of = (written: string, setting: string, isRead: boolean) => ({
    attribute: written.toLowerCase(),
    written,
    setting,
    isRead,
  })
  const groups = membership.group === false ? [] : [membership.group ?? []].flat()
  // the default of a family need not be there, unless nothing else names groups
  const isMeant = membership.group === false || membership.user !== PROFILES[type].memberOf
  const users = membership.user !== false && isMeant ? [membership.user] : []
  return [
    ...groups.map((one) => of(one, 'directory.membership.group', false)),
    ...users.map((one) => of(one, MEMBER_OF, true)),
  ]
}

function namedByFilters({ users, groups }: ConnectionConfig): Named[] {
  const of = (kind: string, locations: readonly Location[]) =>
    locations.flatMap(({ filter, expectEmpty }, i) =>
      filter === undefined || expectEmpty
        ? []
        : attributesOf(filter).map((written) => ({
            attribute: written.toLowerCase(),
            written,
            setting: `${kind}.locations[${i}].filter`,
            isRead: false,
          })),
    )
  return [...of('users', users.locations), ...of('groups', groups?.locations ?? [])]
}
