import type { Fault } from './fault.ts'

/** Zendesk keeps names, addresses, phone numbers and ids in columns of 255 characters. */
export const LINE_CHARACTERS = 255

/** Notes, details, signatures and text fields live in text columns: 64 KiB less one. */
export const TEXT_BYTES = 65_535

/** Control characters but for tab and line breaks. */
const CONTROL = /[^\P{Cc}\t\n\r]/u
const LINE_BREAK = /[\t\n\r]/

/**
 * What makes a text unfit for Zendesk, if anything: one bad text in a bulk request may fail its 99 neighbours.
 *
 *   text                                   | fault
 *   ---------------------------------------|------------------
 *   a control character other than \t \n \r| CONTROL_CHARACTER
 *   half a surrogate pair                  | CONTROL_CHARACTER
 *   more than the limit                    | VALUE_TOO_LONG
 *   anything else, emoji included          | none
 */
export function faultOfText(text: string, limit: 'line' | 'text'): Fault | undefined {
  if (isTooLong(text, limit)) return tooLong(text, limit)
  if (!CONTROL.test(text) && text.isWellFormed()) return undefined
  return {
    code: 'CONTROL_CHARACTER',
    value: text,
    what: (shown) => `${shown} holds a control character or half of a character`,
    todo: 'Correct the value in the directory, or map another attribute',
  }
}

/** A one-line attribute takes line breaks and tabs, with the blanks around them, for one space. */
export function oneLine(text: string): string {
  if (!LINE_BREAK.test(text)) return text
  const lines = text.split(LINE_BREAK).map((line) => line.trim())
  return lines.filter((line) => line !== '').join(' ')
}

function isTooLong(text: string, limit: 'line' | 'text'): boolean {
  if (limit === 'text') return text.length > TEXT_BYTES / 3 && Buffer.byteLength(text) > TEXT_BYTES
  // oxlint-disable-next-line typescript/no-misused-spread -- characters are counted, not what a reader sees as one
  return text.length > LINE_CHARACTERS && [...text].length > LINE_CHARACTERS
}

function tooLong(text: string, limit: 'line' | 'text'): Fault {
  const most = limit === 'line' ? `${LINE_CHARACTERS} characters` : `${TEXT_BYTES} bytes`
  return {
    code: 'VALUE_TOO_LONG',
    value: text,
    what: (shown) => `${shown} has ${text.length} characters; Zendesk takes at most ${most}`,
    todo: 'Shorten the value in the directory, or map another attribute or an expression with $substring',
  }
}
