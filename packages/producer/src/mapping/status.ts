import type { StatusConfig } from '@provisioner/shared/config/directory-status.ts'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'

import type { Entry, Value } from '../directory/entry.ts'
import { expiryOf, unreadable } from './account-expiry.ts'
import type { Status } from './entry-status.ts'
import { quote } from './fault.ts'

/**
 * Whether an entry is disabled. What cannot be read is `unknown` and reported, and then nothing is done: an ACL that
 * hides `userAccountControl` must not suspend everybody, nor let everybody in again.
 *
 *   configured            | the entry's values     | disabled
 *   ----------------------|------------------------|-------------------------------
 *   nothing               | any                    | no
 *   bit: 2                | 514, 512               | yes, no
 *   bit: 2                | none, several, words   | unknown; of a contact, none: no
 *   disabledWhen: [left]  | LEFT (no case), active | yes, no
 *   disabledWhen: [left]  | none                   | as whenAbsent says
 *   disabledWhen: [left]  | bytes                  | unknown
 *
 * An account that has expired is disabled whatever the flag says ({@link expiryOf}), and one of which neither says so
 * for certain is `unknown` when either can't be read.
 *
 * @param now milliseconds since the epoch: an expiry passes without the entry changing
 */
export function statusOf(
  entry: Entry,
  { status, expires }: Pick<DirectoryConfig, 'status' | 'expires'>,
  now: number,
): Status {
  const flag = status === undefined ? ENABLED : byFlag(entry, status)
  if (flag.disabled === true) return { ...flag, attribute: status!.attribute }
  let unknown: Status | undefined = flag.disabled === 'unknown' ? { ...flag, attribute: status!.attribute } : undefined
  for (const attribute of expires) {
    const expired = expiryOf(entry, attribute, now)
    if (expired.disabled === true) return { ...expired, attribute }
    if (expired.disabled === 'unknown') unknown ??= { ...expired, attribute }
  }
  return unknown ?? ENABLED
}

const ENABLED: Status = { disabled: false }
const DISABLED: Status = { disabled: true }

function byFlag(entry: Entry, config: StatusConfig): Status {
  const values = entry.attributes.get(config.attribute.toLowerCase()) ?? []
  if ('bit' in config) return values.length === 0 && isContact(entry) ? ENABLED : byBit(values, config.bit)

  if (values.some((value) => typeof value !== 'string')) return unreadable('it is no text')
  const present = values.map((value) => String(value).trim().toLowerCase()).filter((value) => value !== '')
  const isDisabled =
    present.length === 0
      ? config.whenAbsent === 'disabled'
      : config.disabledWhen.some((value) => present.includes(value.trim().toLowerCase()))
  return isDisabled ? DISABLED : ENABLED
}

/** Active Directory's contacts are people without an account ([MS-ADSC]): they have no flags that could be hidden. */
function isContact({ attributes }: Entry): boolean {
  const classes = (attributes.get('objectclass') ?? []).map((name) => String(name).toLowerCase())
  return classes.includes('contact') && !classes.includes('user')
}

/** The flags are one signed 32-bit number in Active Directory (MS-ADTS 2.2.16). */
function byBit(values: readonly Value[], bit: number): Status {
  const [value, ...others] = values
  if (value === undefined) return unreadable('the entry shows none')
  if (others.length > 0) return unreadable(`there are ${values.length} values`)
  if (typeof value !== 'string') return unreadable('it is no text')
  if (!/^\s*-?\d{1,15}\s*$/.test(value)) return unreadable(`${quote(value)} is no number`)
  return { disabled: (BigInt(value.trim()) & BigInt(bit)) !== 0n }
}
