import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import { normaliseDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { classesOf } from '../directory/classes-of.ts'
import { attributesToRead } from './attributes-to-read.ts'
import { compileAttribute, type CompiledAttribute } from './compile-attribute.ts'
import { textsOf, type Effort, type Evaluate } from './evaluation.ts'
import { toEvaluated, type Evaluated } from './expression-fault.ts'
import { mapEntry, type CompiledMapping } from './map-entry.ts'
import type { Disabled, Mapped } from './mapped.ts'
import { MappingConfigError } from './mapping-config-error.ts'
import { Trace, type AttributeTrace } from './trace.ts'

export interface MappingContext {
  /**
   * Keys (`normaliseDn`) of the groups named by byGroup that the entry with this DN key is in, nested membership
   * included.
   */
  groupsOf(dnKey: string): ReadonlySet<string>
  /** Milliseconds since the epoch: an account expires without its entry changing. */
  readonly now: number
}

export interface EntryInContext {
  readonly entry: Entry
  readonly context: MappingContext
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
  /**
   * Maps entries, in their order; an entry that cannot be mapped is rejected with its problems.
   *
   * With an effort, an expression that was not tried rejects its entry, which is to stay as it is.
   *
   * @throws without one, what running expressions throws when it cannot run any
   */
  mapAll(entries: readonly EntryInContext[], effort?: Effort): Promise<Mapped[]>
  /** Maps an entry and tells each step. */
  explain(entry: Entry, context: MappingContext): Promise<Explanation>
}

/**
 * Makes a connection's mapping ready to run. `evaluate` runs its expressions.
 *
 * @throws MappingConfigError with all mistakes of all attributes.
 */
export function compileMapping(users: UsersConfig, directory: DirectoryConfig, evaluate: Evaluate): Mapping {
  const compiled = compileAll(users, directory)
  const asksGroups = compiled.attributes.some(({ byGroup }) => byGroup.length > 0)
  const evaluateAll = evaluatorOf(compiled.attributes, evaluate)

  function mapOne({ entry, context }: EntryInContext, evaluated: EvaluatedByName, trace?: Trace): Mapped {
    try {
      const groups = asksGroups ? context.groupsOf(normaliseDn(entry.dn)) : NO_GROUPS
      return mapEntry(compiled, entry, { groups, evaluated, now: context.now }, trace)
    } catch (error) {
      return failed(entry, error)
    }
  }

  return {
    attributesToRead: attributesToRead(compiled.attributes, directory),
    mapAll: async (entries, effort) => {
      const evaluated = await evaluateAll(
        entries.map(({ entry }) => entry),
        effort,
      )
      return entries.map((one, i) => mapOne(one, evaluated[i] ?? NOTHING_EVALUATED))
    },
    explain: async (entry, context) => {
      const trace = new Trace()
      const [evaluated = NOTHING_EVALUATED] = await evaluateAll([entry])
      const { kind, disabled, problems } = mapOne({ entry, context }, evaluated, trace)
      return { kind, disabled, attributes: trace.attributes, problems }
    },
  }
}

type EvaluatedByName = ReadonlyMap<string, Evaluated>

const NO_GROUPS: ReadonlySet<string> = new Set()
const NOTHING_EVALUATED: EvaluatedByName = new Map()

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
    personClasses: classesOf(directory).filteredPerson.map((name) => name.toLowerCase()),
    externalId: users.externalId === 'directoryId' && map.external_id === undefined ? 'directoryId' : 'mapped or none',
    createOnly: namesWhere(({ createOnly }) => createOnly),
    masked: namesWhere(({ masked }) => masked),
    tagsMode: map.tags?.mode ?? 'merge',
    allowAdmin: map.role?.allowAdmin ?? false,
  }
}

/** Runs all expressions of a mapping on entries: together, as they run in another process. */
function evaluatorOf(
  attributes: readonly CompiledAttribute[],
  evaluate: Evaluate,
): (entries: readonly Entry[], effort?: Effort) => Promise<readonly EvaluatedByName[]> {
  const named = attributes.flatMap(({ name, expression }) => (expression ? [{ name, ...expression }] : []))
  if (named.length === 0) return async () => []
  const sources = named.map(({ source }) => source)
  const reads = named.some((one) => one.reads === undefined)
    ? undefined
    : [...new Set(named.flatMap((one) => one.reads ?? []))]

  return async (entries, effort) => {
    const texts = entries.map((entry) => textsOf(entry, reads))
    const evaluations = await evaluate(sources, texts, effort)
    return evaluations.map(
      (ofEntry) => new Map(ofEntry.map((one, i) => [named[i]!.name, toEvaluated(one, sources[i]!)])),
    )
  }
}

/**
 * Not expected, and yet no reason to stop the cycle for all the others. The message may quote values: it is not told.
 */
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
