import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import { normaliseDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { classesOf } from '../directory/profiles.ts'
import { attributesToRead } from './attributes-to-read.ts'
import { compileAttribute, type CompiledAttribute } from './compile-attribute.ts'
import type { Evaluated } from './expression.ts'
import { mapEntry, type CompiledMapping } from './map-entry.ts'
import type { Disabled, Mapped } from './mapped.ts'
import { MappingConfigError } from './mapping-config-error.ts'
import { Trace, type AttributeTrace } from './trace.ts'

export interface MappingContext {
  /** Keys (`normaliseDn`) of the groups named by byGroup that the entry with this DN key is in, nested membership included. */
  groupsOf(dnKey: string): ReadonlySet<string>
  /** Milliseconds since the epoch: an account expires without its entry changing. */
  readonly now: number
}

/** How an entry's mapping came about, for `provisioner map DN`. Masked values are `***`. */
export interface Explanation {
  readonly kind: Mapped['kind']
  readonly disabled: Disabled
  readonly attributes: readonly AttributeTrace[]
  readonly problems: readonly Problem[]
}

/** Turns entries into Zendesk users. Pure: what it needs to know of groups comes with the context. */
export interface Mapping {
  /** Directory attributes to ask for; `*` and `+` when an expression may read any. */
  readonly attributesToRead: readonly string[]
  /** Never throws: an entry that cannot be mapped is rejected with its problems. */
  map(entry: Entry, context: MappingContext): Promise<Mapped>
  /** Maps an entry and tells each step. */
  explain(entry: Entry, context: MappingContext): Promise<Explanation>
}

/**
 * Makes a connection's mapping ready to run.
 *
 * @throws MappingConfigError with all mistakes of all attributes.
 */
export function compileMapping(users: UsersConfig, directory: DirectoryConfig): Mapping {
  const compiled = compileAll(users, directory)
  const expressions = compiled.attributes.filter(({ expression }) => expression !== undefined)
  const asksGroups = compiled.attributes.some(({ byGroup }) => byGroup.length > 0)

  async function run(entry: Entry, context: MappingContext, trace?: Trace): Promise<Mapped> {
    try {
      const groups = asksGroups ? context.groupsOf(normaliseDn(entry.dn)) : NO_GROUPS
      const evaluated = expressions.length > 0 ? await evaluateAll(expressions, entry) : NOTHING_EVALUATED
      return mapEntry(compiled, entry, { groups, evaluated, now: context.now }, trace)
    } catch (error) {
      return failed(entry, error)
    }
  }

  return {
    attributesToRead: attributesToRead(compiled.attributes, directory),
    map: (entry, context) => run(entry, context),
    explain: async (entry, context) => {
      const trace = new Trace()
      const { kind, disabled, problems } = await run(entry, context, trace)
      return { kind, disabled, attributes: trace.attributes, problems }
    },
  }
}

const NO_GROUPS: ReadonlySet<string> = new Set()
const NOTHING_EVALUATED: ReadonlyMap<string, Evaluated> = new Map()

function compileAll(users: UsersConfig, directory: DirectoryConfig): CompiledMapping {
  const { user_fields: fields = {}, ...map } = users.map
  const compiled = [
    ...Object.entries(map),
    ...Object.entries(fields).map(([name, field]) => [`user_fields.${name}`, field] as const),
  ].flatMap(([name, mapping]) => (mapping === undefined ? [] : { mapping, ...compileAttribute(name, mapping) }))
  const mistakes = compiled.flatMap((one) => one.mistakes)
  if (mistakes.length > 0) throw new MappingConfigError(mistakes)

  const namesWhere = (has: (mapping: AttributeMapping) => boolean): string[] =>
    compiled.filter(({ mapping }) => has(mapping)).map(({ attribute }) => attribute.name)
  return {
    attributes: compiled.map(({ attribute }) => attribute),
    disabling: directory,
    personClasses: classesOf(directory).person.map((name) => name.toLowerCase()),
    externalId: users.externalId === 'directoryId' && map.external_id === undefined ? 'directoryId' : 'mapped or none',
    createOnly: namesWhere(({ createOnly }) => createOnly),
    masked: namesWhere(({ masked }) => masked),
    tagsMode: map.tags?.mode ?? 'merge',
    allowAdmin: map.role?.allowAdmin ?? false,
  }
}

async function evaluateAll(attributes: readonly CompiledAttribute[], entry: Entry): Promise<Map<string, Evaluated>> {
  const evaluated = new Map<string, Evaluated>()
  for (const { name, expression } of attributes)
    if (expression !== undefined) evaluated.set(name, await expression.evaluate(entry))
  return evaluated
}

/** Not expected, and yet no reason to stop the cycle for all the others. The message may quote values: it is not told. */
function failed(entry: Entry, error: unknown): Mapped {
  const problem = {
    code: 'MAPPING_FAILED',
    subject: 'user' as const,
    id: entry.id,
    dn: entry.dn,
    what: `Mapping the entry failed with a ${error instanceof Error ? error.name : typeof error}`,
    todo: 'Run `provisioner map DN` on the entry, and report this: it is a mistake of the provisioner',
  }
  return { kind: 'rejected', id: entry.id, dn: entry.dn, disabled: 'unknown', problems: [problem] }
}
