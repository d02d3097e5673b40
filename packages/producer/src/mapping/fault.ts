import type { Problem } from '@provisioner/shared/problem.ts'

import type { Entry } from '../directory/entry.ts'

/** Why a value cannot be written to Zendesk: a problem that does not know its entry yet. */
export interface Fault {
  readonly code: string
  /** The value at fault; shown as `***` when its attribute is masked. */
  readonly value?: string
  /** What is wrong, in words that follow "is" or stand after the quoted value. */
  readonly what: (shown: string) => string
  readonly todo: string
  /** True when nothing is known of the value yet: no default stands in for it. */
  readonly isUntried?: true
}

const SHOWN_CHARACTERS = 80

/** The stored form of a fault. A masked value never leaves this function. */
export function problemOf(fault: Fault, entry: Pick<Entry, 'id' | 'dn'>, attribute: string, masked: boolean): Problem {
  return {
    code: fault.code,
    subject: 'user',
    id: entry.id,
    dn: entry.dn,
    attribute,
    what: fault.what(masked ? '***' : quote(fault.value ?? '')),
    todo: fault.todo,
  }
}

/** A value as people can read it in one line: short, its control characters written out. */
export function quote(value: string): string {
  const short = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value
  return `'${JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"').replaceAll('\u007f', '\\u007f')}'`
}
