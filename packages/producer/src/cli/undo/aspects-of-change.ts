import { changedAttributes, isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue, UserAttributes } from '@provisioner/shared/desired.ts'
import type { ChangeEvent, InZendesk } from '@provisioner/shared/history/event.ts'
import { PRESENCE } from '@provisioner/shared/ledger/undone.ts'

/** One thing that a change has made another one of. */
export interface Aspect {
  /** `presence`, a group's `name`, or an attribute of Zendesk's. */
  readonly name: string
  /** What it was; null where it was empty. Of one whose object was not there: what there is of it. */
  readonly from: AttributeValue
  readonly to: AttributeValue
}

const presenceOf = (one: InZendesk | null): InZendesk['presence'] => one?.presence ?? 'deleted'

const attributesOf = (one: InZendesk | null) => (one?.attributes ?? {}) as UserAttributes

/**
 * What a change has changed, by its before and after:
 *
 *   of a               | aspects
 *   -------------------|---------------------------------------------------------------------------
 *   user created       | presence
 *   user deleted       | presence, and each attribute: what they had is all that is left of them
 *   user who is to be  | presence: they have everything still
 *   any other, of users| presence where that changed, and each attribute that did
 *   group              | presence, or the name; both where it was deleted
 *   membership         | presence
 */
export function aspectsOf({ kind, before, after, changed }: ChangeEvent): Aspect[] {
  const [was, is] = [presenceOf(before), presenceOf(after)]
  const presence: Aspect[] = was === is ? [] : [{ name: PRESENCE, from: was, to: is }]
  if (kind === 'membership' || was === 'deleted') return presence
  if (kind === 'group') {
    const isSame = is !== 'deleted' && before?.name === after?.name
    return isSame ? presence : [...presence, { name: 'name', from: before?.name ?? null, to: after?.name ?? null }]
  }
  const [held, holds] = [attributesOf(before), attributesOf(after)]
  if (after === null)
    return [...presence, ...namesIn(held).map((name) => ({ name, from: valueOf(held, name)!, to: null }))]
  const differing = new Set([...changedAttributes(held, holds), ...changedAttributes(holds, held)])
  const names = [...differing].filter((name) => changed.length === 0 || changed.includes(name)).sort()
  return [
    ...presence,
    ...names.map((name) => ({ name, from: valueOf(held, name) ?? null, to: valueOf(holds, name) ?? null })),
  ]
}

/** The names of all that have a value, user fields one by one. */
function namesIn({ user_fields: fields, ...attributes }: UserAttributes): string[] {
  const own = Object.keys(attributes).filter((name) => !isEmpty(attributes[name]))
  const inner = (fields ?? {}) as UserAttributes
  const named = Object.keys(inner).filter((name) => !isEmpty(inner[name]))
  return [...own, ...named.map((name) => `user_fields.${name}`)].sort()
}
