import { z } from 'zod'
import { parseDuration } from '../duration.ts'
import { isSecretAttribute } from './secret-attributes.ts'

/** A text of some form. Whatever is wrong with it, `allowed` says what it should be. */
export function textLike(form: RegExp, allowed: string) {
  return z.string(allowed).regex(form, allowed)
}

/** Milliseconds once parsed. Nothing in the product can wait for no time at all, so zero is refused. */
export const Duration = textLike(/^(?!0+[smhd])\d{1,6}[smhd]$/, 'a duration such as 60s, 15m, 24h or 7d')
  .transform((text) => parseDuration(text)!)
  .meta({ id: 'duration', description: 'A length of time with its unit: `60s`, `15m`, `24h` or `7d`.' })

function percentage(form: RegExp, allowed: string) {
  return textLike(form, allowed).transform((text) => Number(text.slice(0, -1)) / 100)
}

/** A fraction from 0 to 1 once parsed. */
export const Share = percentage(/^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, 'a share from 0% to 100%, such as 5%').meta({
  id: 'share',
  description: 'A percentage from `0%` to `100%`.',
})

const PARTIAL = 'a share from 0% to less than 100%, such as 20%, so that something is left for the provisioner'

/** A fraction from 0 to less than 1 once parsed. Nines that round to 1 are refused as well. */
export const PartialShare = percentage(/^\d{1,2}(\.\d+)?%$/, PARTIAL)
  .refine((share) => share < 1, PARTIAL)
  .meta({ id: 'partial-share', description: 'A percentage from `0%` to less than `100%`.' })

/** A distinguished name; its syntax is the server's business. */
export const Dn = textLike(/=/, 'a distinguished name such as ou=people,dc=acme,dc=com').meta({
  id: 'dn',
  description: 'A distinguished name, such as `ou=people,dc=acme,dc=com`.',
})

/** The name of a directory attribute, or its OID, with options such as `;lang-de` (RFC 4512, 1.4 and 2.5). */
export const AttributeName = textLike(
  /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)(;[A-Za-z0-9-]+)*$/,
  'the name of a directory attribute such as mail',
)
  .refine((name) => !isSecretAttribute(name), 'an attribute that holds no secret: passwords and keys are never read')
  .meta({
    id: 'attribute',
    description:
      'The name of a directory attribute, such as `mail`; case does not matter. Passwords and keys, such as `userPassword`, are refused.',
  })

/** An LDAP filter (RFC 4515); its inside is the server's business. */
export const Filter = textLike(/^\s*\([\s\S]*\)\s*$/, 'an LDAP filter in parentheses such as (objectClass=person)')
  .transform((text) => text.trim())
  .meta({ id: 'filter', description: 'An LDAP filter in parentheses, such as `(objectClass=person)`.' })

/** A piece of text that is not blank. */
export const Text = textLike(/\S/, 'some text')

/** A connection's or an account's name: part of keys in Redis and of queue names, where dots and colons separate. */
export const Name = textLike(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 lower-case letters, digits and hyphens').meta({
  id: 'name',
  description: 'Up to 40 lower-case letters, digits and hyphens.',
})

/** A check across keys runs whatever else is wrong, so that all mistakes show at once. It must not trust its input. */
export const ALWAYS = { when: () => true } as const
