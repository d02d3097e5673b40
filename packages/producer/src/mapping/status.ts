import type { StatusConfig } from '@provisioner/shared/config/directory.ts'

import type { Entry, Value } from '../directory/entry.ts'
import { quote, type Fault } from './fault.ts'
import type { Disabled } from './mapped.ts'

export interface Status {
  readonly disabled: Disabled
  readonly fault?: Fault
}

/**
 * Whether an entry is disabled. What cannot be read is `unknown` and reported, and then nothing is done: an ACL that
 * hides `userAccountControl` must not suspend everybody, nor let everybody in again.
 *
 *   configured            | the entry's values     | disabled
 *   ----------------------|------------------------|-------------------------------
 *   nothing               | any                    | no
 *   bit: 2                | 514, 512               | yes, no
 *   bit: 2                | none, several, words   | unknown
 *   disabledWhen: [left]  | LEFT (no case), active | yes, no
 *   disabledWhen: [left]  | none                   | as whenAbsent says
 *   disabledWhen: [left]  | bytes                  | unknown
 */
export function statusOf(entry: Entry, config: StatusConfig | undefined): Status {
  if (config === undefined) return { disabled: false }
  const values = entry.attributes.get(config.attribute.toLowerCase()) ?? []
  if ('bit' in config) return byBit(values, config.bit)

  if (values.some((value) => typeof value !== 'string')) return unreadable('it is no text')
  const present = values.map((value) => String(value).trim().toLowerCase()).filter((value) => value !== '')
  if (present.length === 0) return { disabled: config.whenAbsent === 'disabled' }
  return { disabled: config.disabledWhen.some((value) => present.includes(value.trim().toLowerCase())) }
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

function unreadable(why: string): Status {
  return {
    disabled: 'unknown',
    fault: {
      code: 'STATUS_UNREADABLE',
      what: () => `The status cannot be read: ${why}`,
      todo: "Let the bind DN read the attribute, or correct directory.status; until then the user's access stays as it is",
    },
  }
}
