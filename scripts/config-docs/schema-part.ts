/** The part of JSON Schema that the configuration's schema uses. */
export interface SchemaPart {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: SchemaPart
  readonly properties?: Readonly<Record<string, SchemaPart>>
  readonly required?: readonly string[]
  readonly additionalProperties?: SchemaPart | boolean
  readonly propertyNames?: SchemaPart
  readonly anyOf?: readonly SchemaPart[]
  readonly allOf?: readonly SchemaPart[]
  readonly $ref?: string
}

export type Definitions = Readonly<Record<string, SchemaPart>>

/** The name of the definition that a part refers to, alone or beside a description of its own. */
export function definitionOf(part: SchemaPart): string | undefined {
  const reference = part.$ref ?? part.allOf?.[0]?.$ref
  return reference?.replace('#/definitions/', '')
}

/**
 * The keys of a section, of the sections of a list, or of those that stand under names of the admin's choice; undefined
 * for what has no keys. Of alternatives, the keys of all; words that may stand in the place of a section have none.
 */
export function sectionOf(
  part: SchemaPart,
): { properties: Definitions; required: readonly string[]; suffix: string } | undefined {
  if (part.properties) return { properties: part.properties, required: part.required ?? [], suffix: '' }
  if (part.items?.properties) return { ...sectionOf(part.items)!, suffix: '[]' }
  const under = part.additionalProperties
  if (typeof under === 'object' && under.properties) return { ...sectionOf(under)!, suffix: '.NAME' }
  const branches = (part.anyOf ?? []).filter((branch) => branch.const === undefined)
  if (branches.length === 0 || !branches.every((branch) => branch.properties)) return undefined
  const properties = Object.assign({}, ...branches.map((branch) => branch.properties)) as Definitions
  const required = (branches[0]?.required ?? []).filter((key) =>
    branches.every((branch) => branch.required?.includes(key)),
  )
  return { properties, required, suffix: '' }
}
