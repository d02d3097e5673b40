import { canonicalJson, type AttributeValue, type UserAttributes } from './desired.ts'

/**
 * The attributes whose desired value differs from what Zendesk holds; `user_fields` are compared one by one.
 *
 *   desired        | applied        | differs
 *   ---------------|----------------|--------
 *   'a'            | 'b', null, –   | yes
 *   null           | 'a'            | yes: a clearing
 *   null           | null, '', –    | no: Zendesk shows some emptied attributes as '' and some as null
 *   Jo@x (email)   | jo@X           | no: Zendesk compares addresses without case
 *   ['b','a']      | ['a','b']      | no: the order of tags has no meaning
 */
export function changedAttributes(desired: UserAttributes, applied: UserAttributes): string[] {
  const names: string[] = []
  for (const [name, value] of Object.entries(desired)) {
    if (name === 'user_fields') {
      const before = (applied['user_fields'] ?? {}) as UserAttributes
      for (const [field, inner] of Object.entries((value ?? {}) as UserAttributes))
        if (!isSame(field, inner, before[field])) names.push(`user_fields.${field}`)
    } else if (!isSame(name, value, applied[name])) names.push(name)
  }
  return names.sort()
}

function isSame(name: string, desired: AttributeValue, applied: AttributeValue | undefined): boolean {
  if (isEmpty(desired) || isEmpty(applied)) return isEmpty(desired) && isEmpty(applied)
  if (name === 'email') return String(desired).toLowerCase() === String(applied).toLowerCase()
  if (Array.isArray(desired) && Array.isArray(applied))
    return canonicalJson([...desired].sort()) === canonicalJson([...applied].sort())
  return canonicalJson(desired) === canonicalJson(applied)
}

/** Zendesk has no difference between an attribute that was never set and one that was emptied. */
export function isEmpty(value: AttributeValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The value of an attribute by its changed name, `user_fields.cost_center` included. */
export function valueOf(attributes: UserAttributes, name: string): AttributeValue | undefined {
  if (!name.startsWith('user_fields.')) return attributes[name]
  return ((attributes['user_fields'] ?? {}) as UserAttributes)[name.slice('user_fields.'.length)]
}

/** The same attributes with one set, by its changed name. `undefined` takes it out. */
export function withValue(attributes: UserAttributes, name: string, value: AttributeValue | undefined): UserAttributes {
  if (name.startsWith('user_fields.')) {
    const fields = withValue(
      (attributes['user_fields'] ?? {}) as UserAttributes,
      name.slice('user_fields.'.length),
      value,
    )
    return { ...attributes, user_fields: fields as { [key: string]: string | number | boolean | null } }
  }
  const { [name]: _old, ...rest } = attributes
  return value === undefined ? rest : { ...rest, [name]: value }
}
