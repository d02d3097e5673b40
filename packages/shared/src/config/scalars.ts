import { z } from 'zod'
import { parseDuration } from '../duration.ts'
import { mistakeOfDn } from '../ldap/parse-dn.ts'
import { FilterSyntaxError, formatFilter, parseFilter } from '../ldap/parse-filter.ts'
import { isSecretAttribute } from './secret-attributes.ts'

/** A text of some form. Whatever is wrong with it, `allowed` says what it should be. */
export function textLike(form: RegExp, allowed: string) {
  return z.string(allowed).regex(form, allowed)
}

/** Milliseconds once parsed. Nothing in the product can wait for no time at all, so zero is refused. */
export const Duration = textLike(/^(?!0+[smhd])\d{1,6}[smhd]$/, 'a duration such as 60s, 15m, 24h or 7d')
  .transform((text) => parseDuration(text)!)
  .meta({ id: 'duration', description: 'A length of time with its unit: `60s`, `15m`, `24h` or `7d`.' })

/** Milliseconds once parsed; zero does what is to come at once. */
export const Delay = textLike(/^\d{1,6}[smhd]$/, 'a duration such as 24h, or 0s for at once')
  .transform((text) => parseDuration(text)!)
  .meta({ id: 'delay', description: 'A length of time as for a duration, or `0s` for at once.' })

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

const DN = 'a distinguished name such as ou=people,dc=acme,dc=com'

/** A distinguished name (RFC 4514), on one line once parsed. */
export const Dn = textLike(/=/, DN)
  .transform((text, context) => {
    const dn = text.trim().replace(/\s*[\r\n]\s*/g, ' ')
    const mistake = mistakeOfDn(dn)
    if (mistake !== undefined) context.addIssue({ code: 'custom', message: `${DN}; ${mistake}` })
    return dn
  })
  .meta({ id: 'dn', description: 'A distinguished name, such as `ou=people,dc=acme,dc=com`.' })

/**
 * Who binds: a DN, or one of the other names that Active Directory takes for an account, `reader@corp.example` and
 * `CORP\reader` ([MS-ADTS] 5.1.1.1.1). In double quotes YAML makes a line break of its `\r`.
 */
export const BindName = textLike(
  /=|^[^@\s]+@[^@\s]+$|^[^\\\s]+\\[^\\\t\r\n]+$/,
  'a distinguished name such as cn=reader,dc=acme,dc=com, or for active-directory reader@corp.example or CORP\\reader, unquoted or in single quotes',
).meta({
  id: 'bind-name',
  description:
    'A distinguished name; for active-directory also `reader@corp.example` or `CORP\\reader`, unquoted or in single quotes.',
})

/** The name of an object class, or its OID. */
export const ObjectClass = textLike(
  /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$/,
  'the name of an object class such as inetOrgPerson',
).meta({ id: 'object-class', description: 'The name of an object class, such as `inetOrgPerson`.' })

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

const FILTER = 'an LDAP filter in parentheses such as (objectClass=person)'

/** An LDAP filter (RFC 4515), without the blanks and line breaks between its parts once parsed. */
export const Filter = textLike(/^\s*\([\s\S]*\)\s*$/, FILTER)
  .transform((text, context) => {
    try {
      return formatFilter(parseFilter(text))
    } catch (error) {
      if (!(error instanceof FilterSyntaxError)) throw error
      context.addIssue({ code: 'custom', message: `${FILTER}; ${error.message}` })
      return z.NEVER
    }
  })
  .meta({
    id: 'filter',
    description:
      'An LDAP filter in parentheses, such as `(objectClass=person)`; blanks and line breaks may stand between its parts.',
  })

/** A piece of text that is not blank. */
export const Text = textLike(/\S/, 'some text')

/** A connection's or an account's name: part of keys in Redis and of queue names, where dots and colons separate. */
export const Name = textLike(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 lower-case letters, digits and hyphens').meta({
  id: 'name',
  description: 'Up to 40 lower-case letters, digits and hyphens.',
})

/** A check across keys runs whatever else is wrong, so that all mistakes show at once. It must not trust its input. */
export const ALWAYS = { when: () => true } as const
