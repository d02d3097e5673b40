import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'
import { parseDn } from '@provisioner/shared/ldap/parse-dn.ts'

/** What stands in the place of a value that nobody is to see. */
export const MASK = '***'

/** A shorter value is hidden only where it stands as a word of its own: it is a part of many others by chance. */
const SHORTEST = 3

/**
 * Puts a mask in the place of values where they stand in a text, whatever their case, and whatever blanks are between
 * their words. Where values overlap, one mask stands for all of them: nothing of the longer one is left.
 */
export function hideIn(text: string, values: readonly string[]): string {
  const found = values
    .flatMap((value) => [...text.matchAll(asPattern(value))].map((one) => [one.index, one.index + one[0].length]))
    .sort(([one = 0], [other = 0]) => one - other)
  let hidden = ''
  let end = 0
  for (const [from = 0, to = 0] of found) {
    if (from >= end) hidden += text.slice(end, from) + MASK
    end = Math.max(end, to)
  }
  return hidden + text.slice(end)
}

/**
 * The same in a DN, whose values are compared as a person reads them: `Lovelace\, Ada` and `Lovelace\2C Ada` are
 * `Lovelace, Ada`. A DN that has a value in any other way, as one that is a DN itself, is hidden as a whole.
 */
export function hideInDn(dn: string, values: readonly string[]): string {
  const rdns = parseDn(dn)
  if (!rdns) return hideIn(unescapeValue(dn), values) === unescapeValue(dn) ? dn : MASK
  const isDn = (value: string) => value.includes('=') && spaceless(dn).includes(spaceless(value))
  if (values.some(isDn)) return MASK
  let isHidden = false
  const parts = rdns.map((rdn) =>
    rdn.map(({ type, value }) => {
      const read = unescapeValue(value)
      const left = hideIn(read, values)
      if (left === read) return `${type}=${value}`
      isHidden = true
      return `${type}=${escapeValue(left)}`
    }),
  )
  return isHidden ? parts.map((rdn) => rdn.join('+')).join(',') : dn
}

function asPattern(value: string): RegExp {
  const words = value.trim().split(/\s+/).map(RegExp.escape).join('\\s+')
  return new RegExp(value.length < SHORTEST ? `(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])` : words, 'giu')
}

const spaceless = (dn: string) => dn.toLowerCase().replace(/\s+/g, '')

function escapeValue(value: string): string {
  return value.replace(/[\\,+";<>=]|^[# ]| $/g, (character) => `\\${character}`)
}
