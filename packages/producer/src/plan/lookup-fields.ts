import { withValue } from '@provisioner/shared/changed-attributes.ts'
import type { Lookups } from '../mapping/resolve-names.ts'
import type { WantedUser } from './wanted-user.ts'

/**
 * Whom a value of a lookup field names: a user by the Zendesk id that they are linked to; somebody who is not linked
 * yet, or of whom that can't be told; or nobody whom the connection knows.
 */
export type Named = number | 'waits' | 'nobody'

/** How a resolution writes those who have no id. */
const WRITTEN = { waits: '-', nobody: '0' } as const
const [AFTER_PRINT, BETWEEN_FIELDS, BETWEEN_VALUES] = ['|', ';', ',']

/**
 * Whom all lookup fields of an entry name, as one text: `17;-` for a field with the user 17 and one that waits. It
 * stands beside the entry's fingerprint, for it changes while the entry does not.
 */
export function resolutionOf(lookups: Lookups, nameOf: (value: string) => Named): string {
  const written = (value: string) => {
    const named = nameOf(value)
    return typeof named === 'number' ? String(named) : WRITTEN[named]
  }
  return Object.values(lookups)
    .map((values) => values.map(written).join(BETWEEN_VALUES))
    .join(BETWEEN_FIELDS)
}

/** What answers an entry whose lookup fields name these. */
export function withResolution(print: string, resolution: string): string {
  return `${print}${AFTER_PRINT}${resolution}`
}

/** Whom an answered entry named; undefined when what is answered is another entry, or nothing. */
export function answeredResolution(answered: string | null | undefined, print: string): string | undefined {
  if (answered == null || !answered.startsWith(print) || answered[print.length] !== AFTER_PRINT) return undefined
  return answered.slice(print.length + 1)
}

/**
 * Puts Zendesk's ids in the place of those whom an entry names.
 *
 *   of a field's values name              | the field
 *   --------------------------------------|-------------------------------------------------------------------------
 *   one a user whom Zendesk has           | is their id, as text (Zendesk's page on lookup relationships)
 *   several such users                    | the one that it has stays, else the first by the alphabet (`chooseValues`)
 *   none of them, and one somebody waits  | is left alone for now
 *   all nobody                            | counts as empty: cleared, or kept, as `whenEmpty` says
 *
 * A field that is set, and was left alone before only because it waited, is among the awaited ones: nothing of it has
 * changed in the directory.
 *
 * @param before whom the entry named when it was answered, if it has not changed since
 */
export function settleLookups(
  { lookups = {}, ...user }: WantedUser,
  nameOf: (value: string) => Named,
  { clears, before }: { readonly clears: (name: string) => boolean; readonly before: string | undefined },
): WantedUser {
  const waited = before?.split(BETWEEN_FIELDS).map(isWaiting) ?? []
  const alternatives: Record<string, readonly string[]> = {}
  const awaited: string[] = []
  const empty: string[] = []
  let { attributes } = user
  for (const [i, [name, values]] of Object.entries(lookups).entries()) {
    const named = values.map(nameOf)
    const [id, ...others] = new Set(named.filter((one) => typeof one === 'number').map(String))
    if (id !== undefined) {
      attributes = withValue(attributes, name, id)
      if (others.length > 0) alternatives[name] = others
      if (waited[i]) awaited.push(name)
    } else if (!named.includes('waits') && clears(name)) empty.push(name)
  }
  return {
    ...user,
    attributes,
    ...(Object.keys(alternatives).length > 0 && { alternatives: { ...user.alternatives, ...alternatives } }),
    ...(empty.length > 0 && { empty: [...user.empty, ...empty] }),
    ...(awaited.length > 0 && { awaited }),
  }
}

function isWaiting(field: string): boolean {
  const values = field.split(BETWEEN_VALUES)
  return values.includes(WRITTEN.waits) && values.every((one) => one === WRITTEN.waits || one === WRITTEN.nobody)
}
