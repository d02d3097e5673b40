import type { Entry } from '../directory/entry.ts'
import { quote } from './fault.ts'
import type { Status } from './entry-status.ts'

/** A FILETIME counts 100 ns since 1601 ([MS-DTYP] 2.3.3); this is 1970, in ms. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n

/** `accountExpires` of an account that never does ([MS-ADA1] 2.1). */
const NEVER = 0x7fff_ffff_ffff_ffffn

const DAY_MS = 24 * 60 * 60_000

/** `20261231235959Z`, minutes, seconds and fraction at will, in UTC or with its offset (RFC 4517, 3.3.13). */
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)$/i

/**
 * Whether the moment that an attribute names has passed. The zero of each scale means never, as it does to Active
 * Directory and to Kerberos; to `shadow(5)` it may mean either.
 *
 *   value                       | is                                            | expired
 *   ----------------------------|-----------------------------------------------|--------------------------
 *   133478496000000000          | a FILETIME: 100 ns since 1601                 | from then on
 *   20834                       | days since 1970 (`shadowExpire`), in UTC      | from that day on
 *   20261231235959Z             | a GeneralizedTime (`krbPrincipalExpiration`)  | from then on
 *   0, -1, 9223372036854775807, | never                                         | no
 *   19700101000000Z             |                                               |
 *   none                        | never; `accountExpires` is hidden             | no; of an account unknown
 *   several, bytes, words       |                                               | unknown
 *
 * Every account of Active Directory has `accountExpires` ([MS-SAMR] 3.1.1.8.1), in one property set with
 * `userAccountControl`: who shows only the latter hides it.
 *
 * @param now milliseconds since the epoch
 */
export function expiryOf({ attributes }: Entry, attribute: string, now: number): Status {
  const [value, ...others] = attributes.get(attribute.toLowerCase()) ?? []
  if (value === undefined) {
    const isHidden = attribute.toLowerCase() === 'accountexpires' && attributes.has('useraccountcontrol')
    return isHidden
      ? unreadable(`the account shows no '${attribute}', which every account has (a global catalog may lack it)`)
      : { disabled: false }
  }
  if (others.length > 0) return unreadable(`there are ${others.length + 1} values in '${attribute}'`)
  if (typeof value !== 'string') return unreadable(`'${attribute}' is no text`)
  const at = momentOf(value.trim())
  return at === undefined ? unreadable(`${quote(value)} in '${attribute}' is no date`) : { disabled: at <= now }
}

/**
 * When an account expires, or has, by the first of the attributes to say so, ms since the epoch; null for never, and
 * where none of them can be read.
 */
export function expiresAt({ attributes }: Entry, names: readonly string[]): number | null {
  const moments = names.flatMap((name) => {
    const [value, ...others] = attributes.get(name.toLowerCase()) ?? []
    const at = typeof value === 'string' && others.length === 0 ? momentOf(value.trim()) : undefined
    return at === undefined || at === Infinity ? [] : [at]
  })
  return moments.length > 0 ? Math.min(...moments) : null
}

/** Milliseconds since the epoch, `Infinity` for never; undefined for what is no moment. */
function momentOf(text: string): number | undefined {
  if (/^-?\d{1,7}$/.test(text)) return Number(text) > 0 ? Number(text) * DAY_MS : Infinity
  if (/^\d{15,19}$/.test(text)) {
    const ticks = BigInt(text)
    return ticks >= NEVER ? Infinity : Number(ticks / 10_000n - FILETIME_EPOCH_MS)
  }
  const [, year, month, day, hour, minute = '00', second = '00', zone = ''] = GENERALIZED_TIME.exec(text) ?? []
  if (year === undefined) return undefined
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`)
  return Number.isNaN(at) ? undefined : at === 0 ? Infinity : at
}

/** Nobody knows whether the entry is disabled. @param why what is wrong with the attribute */
export function unreadable(why: string): Status {
  return {
    disabled: 'unknown',
    fault: {
      code: 'STATUS_UNREADABLE',
      what: () => `The status cannot be read: ${why}`,
      todo: "Let the bind DN read the attribute, or correct directory.status or directory.expires; until then the user's access stays as it is",
    },
  }
}
