import { askAside } from './ask-aside.ts'
import { readTexts } from './base-entry.ts'
import type { Reading } from './reading.ts'
import type { Session } from './session.ts'

/** How long a server may take to show its schema, ms: a cycle waits for it. */
const SCHEMA_MS = 3_000

/** `NAME 'cn'` or `NAME ( 'cn' 'commonName' )` of an attribute type description (RFC 4512, 4.1.2). */
const NAMES = /\sNAME\s+(?:'([^']+)'|\(([^)]*)\))/i

/**
 * The attribute types that the server's schema has, by all of their names and their OIDs: lower case → as written
 * there; undefined where the server does not show its schema. Which schema holds for a base is said by
 * `subschemaSubentry` (RFC 4512, 4.2), of the base itself or of the server as a whole.
 */
export function readAttributeTypes(
  { pool }: Reading,
  base: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | undefined> {
  return askAside(pool, { ms: SCHEMA_MS, signal }, async (session, until) => {
    const subschema =
      (await valuesOf(session, base, '(objectClass=*)', 'subschemaSubentry', until))[0] ??
      (await valuesOf(session, '', '(objectClass=*)', 'subschemaSubentry', until))[0]
    const types = subschema
      ? await valuesOf(session, subschema, '(objectClass=subschema)', 'attributeTypes', until)
      : []
    return types.length === 0 ? undefined : new Map(types.flatMap(namesOf).map((name) => [name.toLowerCase(), name]))
  })
}

async function valuesOf(
  session: Session,
  dn: string,
  filter: string,
  attribute: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const texts = await readTexts(session, { dn, filter, attributes: [attribute] }, signal)
  return texts?.get(attribute.toLowerCase()) ?? []
}

function namesOf(description: string): string[] {
  const [, one, several] = NAMES.exec(description) ?? []
  const oid = /^\(\s*([\w.-]+)/.exec(description)?.[1]
  const names = one ? [one] : [...(several ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name!)
  return [...names, ...(oid ? [oid] : [])]
}
