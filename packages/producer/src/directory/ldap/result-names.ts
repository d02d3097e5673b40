import { ResultCodeError } from 'ldapts'

/** The result codes that servers answer with (RFC 4511, 4.1.9), as people read them. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'Operations error',
  2: 'Protocol error',
  3: 'Time limit exceeded',
  4: 'Size limit exceeded',
  7: 'Authentication method not supported',
  8: 'Stronger authentication required',
  10: 'Referral',
  11: 'Administrative limit exceeded',
  12: 'Unavailable critical extension',
  13: 'Confidentiality required',
  16: 'No such attribute',
  17: 'Undefined attribute type',
  18: 'Inappropriate matching',
  19: 'Constraint violation',
  21: 'Invalid attribute syntax',
  32: 'No such object',
  33: 'Alias problem',
  34: 'Invalid DN syntax',
  36: 'Alias dereferencing problem',
  48: 'Inappropriate authentication',
  49: 'Invalid credentials',
  50: 'Insufficient access rights',
  51: 'Busy',
  52: 'Unavailable',
  53: 'Unwilling to perform',
  54: 'Loop detected',
  80: 'Other error',
}

/**
 * A result as people read it: `Invalid credentials (49)`, and after it what the server has to say, where it says
 * anything.
 */
export function describeResult(code: number, words: string): string {
  const name = `${NAMES[code] ?? 'Result code'} (${code})`
  return words.trim() === '' ? name : `${name}, ${words.trim()}`
}

/** An error's message; of one that is a server's result, the result as people read it. */
export function describeLdapError(error: Error): string {
  if (!(error instanceof ResultCodeError)) return error.message
  // ldapts puts the code behind the server's words, which are often none.
  return describeResult(error.code, error.message.replace(/ ?Code: 0x[0-9a-f]+$/i, ''))
}
