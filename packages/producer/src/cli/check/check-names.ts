import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { kindsNamedBy, type Kind, type NamedKind } from '../../cycle/name-listing.ts'
import { NameCatalogues, type Names } from '../../cycle/names.ts'
import { listUnread } from '../../cycle/withheld-lists.ts'
import type { MappedUser } from '../../mapping/mapped.ts'
import { NAMED, NAMED_SETS } from '../../mapping/named-attributes.ts'
import { ofError, ofProblem, type Finding } from './finding.ts'

const WORDS: Readonly<Record<Kind, string>> = {
  organizations: 'organizations',
  customRoles: 'custom roles',
  locales: 'locales',
  brands: 'brands',
  defaultGroups: 'groups',
  userFields: 'user fields',
}

/** Nothing was read before. */
const nothingStored = async () => ({ values: new Map(), unreadable: [] })

/**
 * Whether the account has what a mapping names itself, in defaults, by group and as keys of user fields, whoever is to
 * have it; and the names, for who maps people.
 */
export async function namesOf(
  zendesk: ZendeskClient,
  { id, users }: Pick<ConnectionConfig, 'id' | 'users'>,
  signal: AbortSignal,
): Promise<{ findings: Finding[]; found: Names | undefined }> {
  const catalogues = new NameCatalogues(zendesk, users, { connection: id, storedNames: nothingStored })
  const now = Date.now()
  try {
    await catalogues.begin(now, { anew: true })
    const found = await catalogues.refresh(now, signal)
    await catalogues.lookForRoles(now, signal)
    const unknown = constantsOf(users.map).flatMap(({ attribute, value }) =>
      found.resolve(userWith(attribute, value)).problems.map((problem) => ({ ...problem, attribute })),
    )
    const withheld = Object.entries(catalogues.takeUnnoted()?.withheld ?? {})
    const unread = withheld.map(([kind, why]) => listUnread(id, kind as NamedKind, why))
    const problems = [...found.problems, ...unknown, ...unread]
    const kinds = kindsNamedBy(users).map((kind) => WORDS[kind])
    const fine = {
      level: 'ok',
      about: 'names',
      what: `Zendesk has the ${kinds.join(', ')} that users.map names`,
    } as const
    const findings = problems.length === 0 && kinds.length > 0 ? [fine] : distinct(problems).map(told)
    return { findings, found: catalogues.atHand }
  } catch (error) {
    if (!(error instanceof ZendeskError)) throw error
    return { findings: [ofError('names', error)], found: undefined }
  }
}

/** A group that is nowhere yet may be one that the first plan makes. */
function told(problem: Problem): Finding {
  const mayBeMade = problem.code === 'DEFAULT_GROUP_UNKNOWN'
  return ofProblem(mayBeMade ? 'warning' : 'failed', problem.attribute ?? 'names', problem)
}

/** A name that stands in the mapping twice is told once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.code}|${problem.what}`, problem])).values()]
}

interface Constant {
  readonly attribute: (typeof NAMED | typeof NAMED_SETS)[number]['name']
  readonly value: string
}

/** What a mapping gives to somebody whatever the directory says. */
function constantsOf(map: ConnectionConfig['users']['map']): Constant[] {
  return [...NAMED, ...NAMED_SETS].flatMap(({ name: attribute }) => {
    const { default: fallback, byGroup = {} } = (map[attribute] ?? {}) as Partial<AttributeMapping>
    return [fallback, ...Object.values(byGroup)]
      .flat()
      .flatMap((value) => (value === undefined ? [] : [{ attribute, value: String(value) }]))
  })
}

/** Somebody who is given one name, and nothing else. */
function userWith(attribute: Constant['attribute'], value: string): MappedUser {
  const isSet = NAMED_SETS.some(({ name }) => name === attribute)
  return {
    kind: 'mapped',
    id: '',
    dn: '',
    email: '',
    disabled: false,
    attributes: { [attribute]: isSet ? [value] : value },
    empty: [],
    createOnly: [],
    tagsMode: 'merge',
    masked: [],
    problems: [],
  }
}
