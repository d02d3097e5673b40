/** The part of OpenAPI 3.0's schemas that the official file uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly nullable?: boolean
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/**
 * Where a value does not fit its schema. Stricter than OpenAPI in one thing: an attribute that nobody declares is a
 * difference; a misspelt one would be ignored by Zendesk in silence. More lenient in one: of `oneOf` more than one may
 * fit, as the official file's alternatives have nothing that sets them apart.
 */
export function schemaDifferences(value: unknown, schema: Schema, resolve: (ref: string) => Schema): string[] {
  const check = (value: unknown, schema: Schema, at: string): string[] => {
    const all = plainSchemas(schema, resolve)
    const likely = all.filter((one) => hasType(value, one.type))
    return fewest((likely.length > 0 ? likely : all).map((one) => checkPlain(value, one, at)))
  }
  const checkPlain = (value: unknown, schema: Schema, at: string): string[] => {
    if (value === null && (schema.nullable || schema.type === undefined)) return []
    if (!hasType(value, schema.type)) return [`${at}: ${typeOf(value)} in place of ${schema.type}`]
    return [...limits(value, schema, at), ...items(value, schema, at), ...attributes(value, schema, at)]
  }
  const items = (value: unknown, schema: Schema, at: string) =>
    Array.isArray(value) && schema.items ? value.flatMap((item) => check(item, schema.items!, `${at}[]`)) : []
  const attributes = (value: unknown, schema: Schema, at: string) => {
    if (typeOf(value) !== 'object') return []
    const { properties, required = [], additionalProperties = properties === undefined } = schema
    const given = value as Readonly<Record<string, unknown>>
    const missing = required.filter((key) => !(key in given)).map((key) => `${at}.${key}: missing`)
    const wrong = Object.entries(given).flatMap(([key, one]) => {
      const declared = properties?.[key] ?? additionalProperties
      if (typeof declared === 'object') return check(one, declared, `${at}.${key}`)
      return declared ? [] : [`${at}.${key}: not declared`]
    })
    return [...missing, ...wrong]
  }
  return [...new Set(check(value, schema, ''))]
}

/** A schema's alternatives, each without `$ref`, `allOf`, `oneOf` and `anyOf`. */
function plainSchemas(schema: Schema, resolve: (ref: string) => Schema): Schema[] {
  if (schema.$ref !== undefined) return plainSchemas(resolve(schema.$ref), resolve)
  const { allOf, oneOf, anyOf = oneOf } = schema
  if (anyOf) return anyOf.flatMap((one) => plainSchemas(one, resolve))
  if (!allOf) return [schema]
  const none: Schema[] = [{ type: 'object' }]
  return allOf.reduce(
    (merged, part) => merged.flatMap((one) => plainSchemas(part, resolve).map((other) => merge(one, other))),
    none,
  )
}

function merge(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    properties: { ...one.properties, ...other.properties },
    required: [...(one.required ?? []), ...(other.required ?? [])],
  }
}

function fewest(found: readonly string[][]): string[] {
  return found.reduce((best, one) => (one.length < best.length ? one : best))
}

function limits(value: unknown, schema: Schema, at: string): string[] {
  const length = Array.isArray(value) ? value.length : 0
  const size = typeof value === 'number' ? value : 0
  return [
    ...(schema.enum && !schema.enum.includes(value)
      ? [`${at}: '${String(value)}' is none of the declared values`]
      : []),
    ...(length < (schema.minItems ?? 0) || length > (schema.maxItems ?? Infinity) ? [`${at}: ${length} items`] : []),
    ...(size < (schema.minimum ?? -Infinity) || size > (schema.maximum ?? Infinity) ? [`${at}: ${size}`] : []),
    ...(schema.format === 'date-time' && Number.isNaN(Date.parse(String(value))) ? [`${at}: no date and time`] : []),
  ]
}

function hasType(value: unknown, type: Schema['type']): boolean {
  if (type === undefined) return true
  if (type === 'integer') return Number.isInteger(value)
  return typeOf(value) === type
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
