import { z } from 'zod'
import { didYouMean } from '@provisioner/shared/config/did-you-mean.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Fault } from './fault.ts'

/** A user field of the account as it is remembered. */
export const KnownField = z.object({
  key: z.string(),
  /** Zendesk's: `text`, `dropdown`, `integer`, `date`… */
  type: z.string(),
  active: z.boolean(),
  /** Of a lookup field: what its values are the ids of; empty where Zendesk does not say. */
  target: z.string().exactOptional(),
  /** Values by lower-case name and lower-case value; only of fields that have options. */
  options: z
    .array(z.tuple([z.string(), z.string()]).readonly())
    .readonly()
    .exactOptional(),
})
export type KnownField = Readonly<z.infer<typeof KnownField>>

const LOOKUP = 'lookup'
/** The target of a lookup field whose values are ids of users (official OpenAPI file). */
const USERS = 'zen:user'

/** What a field takes, by its type; a type that is not listed takes any text. */
const FORMS: Readonly<Record<string, { readonly fits: (text: string) => boolean; readonly what: string }>> = {
  integer: { fits: (text) => /^[+-]?\d+$/.test(text), what: 'a whole number' },
  decimal: { fits: (text) => Number.isFinite(Number(text)), what: 'a number such as 12.5' },
  checkbox: { fits: (text) => /^(true|false|1|0)$/i.test(text), what: 'true or false' },
  date: { fits: (text) => !Number.isNaN(Date.parse(text)), what: 'a date such as 2026-11-28' },
}

/**
 * The user fields that an account has, to judge what is mapped to them: Zendesk drops what it does not know without a
 * word.
 */
export class UserFields {
  readonly #byKey: ReadonlyMap<string, KnownField>

  constructor(fields: readonly KnownField[]) {
    this.#byKey = new Map(fields.map((field) => [field.key, field]))
  }

  /** Why nothing can be written to a field of this key; undefined when something can. */
  faultOfKey(key: string): Fault | undefined {
    const field = this.#byKey.get(key)
    if (field?.active) return this.isLookup(key) && field.target !== USERS ? notOfUsers(key, field.target) : undefined
    const near = field ? undefined : this.#nearest(key)
    const keys = [...this.#byKey.keys()]
    const has =
      keys.length === 0
        ? 'it has no user fields'
        : `it has ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ', …' : ''}`
    return {
      code: 'USER_FIELD_UNKNOWN',
      value: key,
      what: (shown) =>
        field
          ? `Zendesk's user field ${shown} is not active`
          : `Zendesk has no user field of the key ${shown}${near ? `; did you mean '${near}'?` : `; ${has}`}`,
      todo: field
        ? 'Activate the field in Zendesk, or take it out of users.map.user_fields'
        : 'Correct the key under users.map.user_fields, or create the field in Zendesk',
    }
  }

  /** Whether a field's values are the ids of other records. */
  isLookup(key: string): boolean {
    return this.#byKey.get(key)?.type === LOOKUP
  }

  /** Of these keys, those of fields whose values are ids of users. */
  lookupsOf(keys: readonly string[]): string[] {
    return keys.filter((key) => this.isLookup(key) && !this.faultOfKey(key))
  }

  /**
   * What is to be written to a field that can be written, or why this value can't be. An option may be named by its
   * title.
   */
  judge(key: string, value: AttributeValue): { readonly value: AttributeValue } | { readonly fault: Fault } {
    const { type, options } = this.#byKey.get(key)!
    if (options) {
      const wanted = String(value).trim().toLowerCase()
      const option =
        options.find(([, one]) => one.toLowerCase() === wanted) ??
        options.find(([name]) => name.toLowerCase() === wanted)
      return option ? { value: option[1] } : { fault: noOption(key, String(value), options) }
    }
    const form = FORMS[type]
    const text = String(value).trim()
    // LDAP's booleans are TRUE and FALSE; of a text Zendesk documents no capitals.
    if (type === 'checkbox' && form!.fits(text)) return { value: /^(true|1)$/i.test(text) }
    if (!form || form.fits(text)) return { value }
    return {
      fault: {
        code: 'USER_FIELD_VALUE',
        value: String(value),
        what: (shown) => `${shown} is no value for Zendesk's user field '${key}', which takes ${form.what}`,
        todo: 'Correct the value in the directory, or map an expression that yields one',
      },
    }
  }

  #nearest(key: string): string | undefined {
    return didYouMean(key, [...this.#byKey.keys()])
  }
}

/** Whether a list was remembered before anybody asked what lookup fields are of. */
export function lacksTargets(fields: readonly KnownField[] | null): boolean {
  return fields?.some(({ type, target }) => type === LOOKUP && target === undefined) ?? false
}

function notOfUsers(key: string, target: string | undefined): Fault {
  return {
    code: 'USER_FIELD_TARGET',
    value: key,
    what: (shown) =>
      `Zendesk's user field ${shown} is a lookup field of ${target ? `'${target}'` : 'nobody knows what'}: ` +
      'the directory can tell other users only',
    todo: "Map a lookup field whose target is users ('zen:user'), or take this one out of users.map.user_fields",
  }
}

function noOption(key: string, value: string, options: readonly (readonly [string, string])[]): Fault {
  const names = options.map(([, one]) => one)
  const near = didYouMean(value, names) ?? names.slice(0, 10).join(', ')
  return {
    code: 'USER_FIELD_OPTION_UNKNOWN',
    value,
    what: (shown) => `${shown} is no option of Zendesk's user field '${key}' (nearest: ${near})`,
    todo: 'Add the option in Zendesk, or correct the value in the directory or its mapping',
  }
}
