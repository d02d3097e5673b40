import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import type { Catalogue } from './catalogue.ts'
import { problemOf, type Fault } from './fault.ts'
import type { MappedUser } from './mapped.ts'
import { adminNotAllowed } from './roles.ts'

/** What the account has. Locales are known by their tag (`de`) and their name (`Deutsch`). */
export interface Catalogues {
  readonly organizations: Catalogue
  readonly customRoles: Catalogue
  readonly locales: Catalogue
  /** Ids of the custom roles that are Zendesk's own for an admin or a billing admin. */
  readonly adminRoles: ReadonlySet<number>
}

export interface ResolvePolicy {
  /** `create` leaves the name of an organization that is missing to the worker, which creates it. */
  readonly missingOrganization: 'report' | 'create'
  /** Whether the mapping may make admins: `role.allowAdmin`. */
  readonly allowAdmin: boolean
}

/** The named parts of a mapped user in Zendesk's own attributes. Use them in place of the mapped user's. */
export interface Resolved extends Pick<MappedUser, 'attributes' | 'empty' | 'createOnly' | 'masked'> {
  /** Only what resolving found, not what mapping found before. */
  readonly problems: readonly Problem[]
  /** Organizations that Zendesk does not have yet. */
  readonly organizationsToCreate: readonly string[]
}

const NAMED = [
  { name: 'organization', id: 'organization_id', catalogue: 'organizations', code: 'ORGANIZATION_UNKNOWN' },
  { name: 'custom_role', id: 'custom_role_id', catalogue: 'customRoles', code: 'CUSTOM_ROLE_UNKNOWN' },
  { name: 'locale', id: 'locale_id', catalogue: 'locales', code: 'LOCALE_UNKNOWN' },
] as const

/**
 * Puts Zendesk's ids in the place of names.
 *
 *   value            | becomes
 *   -----------------|----------------------------------------------------------------------------
 *   known            | `organization_id`, `custom_role_id`, `locale_id`
 *   an admin's role  | reported, the attribute left alone, unless the mapping may make admins
 *   unknown          | reported, the attribute left alone
 *   unknown, create  | stays `organization`, a name: the worker creates it, and writes the id
 *
 * A custom role that is left alone takes the agent's role with it: an agent without it may do more than was meant.
 */
export function resolveNames(user: MappedUser, catalogues: Catalogues, policy: ResolvePolicy): Resolved {
  const attributes: Record<string, AttributeValue> = { ...user.attributes }
  const problems: Problem[] = []
  const organizationsToCreate: string[] = []

  for (const { name, id, catalogue, code } of NAMED) {
    const written = attributes[name]
    if (written === undefined) continue
    delete attributes[name]
    const known = catalogues[catalogue].idOf(String(written))
    const isBarred = name === 'custom_role' && !policy.allowAdmin && catalogues.adminRoles.has(known ?? 0)
    if (isBarred) problems.push(problemOf(adminNotAllowed, user, name, false))
    else if (known !== undefined) attributes[id] = known
    else if (name === 'organization' && policy.missingOrganization === 'create') {
      attributes[name] = written
      organizationsToCreate.push(String(written))
    } else problems.push(problemOf(unknown(code, name, String(written)), user, name, user.masked.includes(name)))
    if (name === 'custom_role' && (known === undefined || isBarred)) delete attributes['role']
  }

  return {
    attributes,
    problems,
    empty: user.empty.map(idName),
    createOnly: user.createOnly.map(idName),
    masked: user.masked.map(idName),
    organizationsToCreate,
  }
}

function idName(attribute: string): string {
  return NAMED.find(({ name }) => name === attribute)?.id ?? attribute
}

function unknown(code: string, attribute: string, written: string): Fault {
  const kind = attribute.replace('_', ' ')
  return {
    code,
    value: written,
    what: (shown) => `Zendesk has no ${kind} ${shown}`,
    todo:
      attribute === 'organization'
        ? 'Create the organization in Zendesk, correct the value, or set missing: create'
        : `Create the ${kind} in Zendesk, or correct the value or its mapping`,
  }
}
