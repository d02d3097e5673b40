import { z } from 'zod'
import { parseDuration } from '../duration.ts'

/** `60s`, `15m`, `24h`, `7d`; milliseconds once parsed. */
export const Duration = z
  .string()
  .regex(/^\d{1,6}(s|m|h|d)$/, 'a duration such as 60s, 15m, 24h or 7d')
  .transform((text) => parseDuration(text)!)

/** `5%`; a fraction from 0 to 1 once parsed. */
export const Share = z
  .string()
  .regex(/^(100|\d{1,2}(\.\d+)?)%$/, 'a share from 0% to 100%, such as 5%')
  .transform((text) => Number(text.slice(0, -1)) / 100)

/** A distinguished name; its syntax is the server's business. */
export const Dn = z.string().min(1).regex(/=/, 'a distinguished name such as ou=people,dc=acme,dc=com')

/** The name of a directory attribute, or its OID (RFC 4512, 1.4). */
export const AttributeName = z.string().regex(/^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)(;[A-Za-z0-9-]+)*$/, 'the name of a directory attribute such as mail')

/** An LDAP filter, in parentheses (RFC 4515). */
export const Filter = z.string().regex(/^\(.*\)$/s, 'an LDAP filter in parentheses such as (objectClass=person)')

/** A piece of text that is not blank. */
export const Text = z.string().min(1)

/** A check across keys runs whatever else is wrong, so that all mistakes show at once. It must not trust its input. */
export const ALWAYS = { when: () => true } as const
