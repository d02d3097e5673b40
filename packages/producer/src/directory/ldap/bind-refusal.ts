import { ResultCodeError } from 'ldapts'
import { describeLdapError } from './result-names.ts'

/** Active Directory's reasons within "invalid credentials": `data 52e` (Win32 error codes, [MS-ERREF] 2.2). */
const ACTIVE_DIRECTORY_REASONS: Readonly<Record<string, string>> = {
  '525': 'the account does not exist. Check bindDn',
  '52e': 'the password is wrong, or bindDn names no account. Check both',
  '530': 'the account may not log on at this time. Change its logon hours',
  '531': 'the account may not log on from this computer. Change its list of workstations',
  '532': "the account's password has expired. Set a new one, and let it never expire",
  '533': 'the account is disabled. Enable it',
  '534': 'the account lacks the right to log on this way. Grant it network logon',
  '701': 'the account has expired. Extend it',
  '773': 'the account must change its password first. Clear "must change password at next logon"',
  '775': 'the account is locked after too many wrong passwords. Unlock it, and look for who uses an old password',
}

/** What the result codes of a bind mean (RFC 4511, appendix A). */
const REASONS: Readonly<Record<number, string>> = {
  7: 'the server does not offer simple binds',
  8: 'the server wants an encrypted connection. Use ldaps:// or startTls: true',
  13: 'the server wants an encrypted connection. Use ldaps:// or startTls: true',
  32: 'bindDn does not exist',
  34: 'bindDn is not a DN',
  48: 'this account cannot bind with a password, or the server allows no anonymous bind. Set bindDn and bindPassword',
  49: 'bindDn or bindPassword is wrong, or the account is locked',
  50: 'the account may not bind',
  53: 'the server is unwilling, as it is to an account that is locked or a password that is empty',
}

/** The same, where no password was sent but a certificate (SASL EXTERNAL: RFC 4513, 5.2.3). */
const REASONS_BY_CERTIFICATE: Readonly<Record<number, string>> = {
  7: 'the server does not offer SASL EXTERNAL. Let it ask clients for certificates, or set bindDn and bindPassword',
  48: 'the server did not ask for a certificate, or does not trust its authority',
  49: 'the certificate names no account of the server, or the server does not trust its authority',
  50: 'the account that the certificate names may not bind',
}

/** Codes that speak of the server's state, not of the account: another server may take the bind. */
const PASSING = new Set([1, 51, 52, 80])

/**
 * Why a server refuses a bind `by` a password or a certificate, and what to do, in words; undefined for an error that
 * is no refusal (a lost connection, a busy server), after which another server may be tried.
 */
export function explainBindRefusal(error: unknown, by: 'password' | 'certificate' = 'password'): string | undefined {
  if (!(error instanceof ResultCodeError) || PASSING.has(error.code)) return undefined
  const [, data = ''] = /\bdata ([0-9a-f]+)/i.exec(error.message) ?? []
  const reasons = by === 'certificate' ? { ...REASONS, ...REASONS_BY_CERTIFICATE } : REASONS
  const reason = ACTIVE_DIRECTORY_REASONS[data.toLowerCase()] ?? reasons[error.code]
  const words = describeLdapError(error)
  return reason === undefined ? words : `${reason}. The server says: ${words}`
}
