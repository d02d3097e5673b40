import type { About, ChangeEvent, HistoryEvent, InZendesk } from '@provisioner/shared/history/event.ts'
import { hideIn, hideInDn, MASK } from './hide-values.ts'

/** Whether each masked attribute changed, by its name. */
export type MaskedAttributes = Readonly<Record<string, 'changed' | 'same'>>

/** An event as it may be stored. */
export type MaskedEvent = HistoryEvent & { readonly masked?: MaskedAttributes }

/** Undefined: of a connection that the configuration does not have any more, of which everything is masked. */
type Names = ReadonlySet<string> | undefined

/**
 * Puts a mask in the place of every value of the attributes that a connection masks, and wherever it could stand
 * besides. That there is a value, and whether it changed, may be seen.
 *
 *   event about a user or a membership   | label                              | DN
 *   -------------------------------------|------------------------------------|----------------------------------
 *   nothing is masked                    | as it is                           | as it is
 *   a change whose masked values are     | without them; hidden where the     | without them
 *   known                                | address is masked                  |
 *   any other                            | hidden, unless it is an address,   | hidden, unless only phones are
 *                                        | which is not masked, or as the DN  | masked and it has no number
 *
 * Values are known of a change that was written: before and after are what the directory said, and label and DN are of
 * the same entry. Of one that was found they are what somebody else wrote, and what was refused is in neither.
 *
 * @param names as Zendesk has them (`zendeskNamesMasked`), user fields as `user_fields.NAME`
 */
export function maskEvent(event: HistoryEvent, names: Names): MaskedEvent {
  if (names?.size === 0) return event
  if (event.type !== 'change') return withoutCause(withoutNames(event, names), names)
  const before = flat(event.before)
  const after = flat(event.after)
  const hidden = [...new Set([...before.keys(), ...after.keys()])].filter((name) => names?.has(name) ?? true).sort()
  const values = hidden.flatMap((name) => [before.get(name), after.get(name)]).flatMap(textsIn)
  const isAddressMasked = event.kind !== 'group' && (names?.has('email') ?? true)
  const named = areKnown(event, names)
    ? {
        ...event,
        label: isAddressMasked ? hide(event.label, undefined) : hideIn(event.label, values),
        dn: hideInDn(event.dn, values),
      }
    : withoutNames(event, names)
  const { refusal } = event
  return {
    ...withoutCause(named, names),
    before: masked(event.before, hidden),
    after: masked(event.after, hidden),
    // a worker has taken out of Zendesk's words what was masked then, also what it sent in vain
    ...(refusal && { refusal: { ...refusal, message: names ? hideIn(refusal.message, values) : MASK } }),
    ...(hidden.length > 0 && {
      masked: Object.fromEntries(
        hidden.map((name) => [name, isSame(before.get(name), after.get(name)) ? 'same' : 'changed'] as const),
      ),
    }),
  }
}

/** Whether the values of masked attributes that label and DN could have are before and after the change. */
function areKnown({ kind, outcome, changed, before, after }: ChangeEvent, names: Names): boolean {
  if (kind === 'group') return true
  if (!names || !(before?.attributes ?? after?.attributes)) return false
  if (outcome === 'refused') return changed.length > 0 && !changed.some((name) => names.has(name))
  return outcome === 'applied'
}

/** What people call a user, and a membership by its user, may have any value of theirs in it, as their DN may. */
function withoutNames<E extends HistoryEvent>(event: E, names: Names): E {
  const hidden = ({ kind, label, dn }: Partial<About>): Partial<About> =>
    kind === undefined || kind === 'group'
      ? {}
      : {
          ...(label !== undefined && { label: hideLabel(label, names) }),
          ...(dn !== undefined && { dn: hide(dn, names) }),
        }
  if ('about' in event && event.about) return { ...event, about: { ...event.about, ...hidden(event.about) } }
  return event.type === 'change' || event.type === 'decision' ? { ...event, ...hidden(event) } : event
}

const PHONE: ReadonlySet<string> = new Set(['phone', 'phone_id'])

/**
 * Hides a text that could have a masked value. That there is none may be seen, and what has fewer than three digits
 * has no number of a phone: of those who mask nothing else people are still called by their address.
 */
function hide(text: string, names: Names): string {
  const isWithout = names?.isSubsetOf(PHONE) && text.replace(/\D/g, '').length < 3
  return text === '' || isWithout ? text : MASK
}

/** A label that is an address stays where addresses are not masked: an audit has to say whom it is about. */
function hideLabel(label: string, names: Names): string {
  const isAddress = label.includes('@')
  return names && !names.has('email') && isAddress ? label : hide(label, names)
}

const ROLES = ['role', 'custom_role', 'custom_role_id']

/** What the guard holds of a role says which: `from end-user to agent`, `role lowered from agent`. */
function withoutCause<E extends HistoryEvent>(event: E, names: Names): E {
  if (event.type !== 'change' && event.type !== 'decision') return event
  const isMasked = !names || ROLES.some((name) => names.has(name))
  return isMasked && event.cause !== undefined && /\bfrom /.test(event.cause) ? { ...event, cause: MASK } : event
}

const FIELDS = 'user_fields'

/** Attributes by name, those of user fields as `user_fields.NAME`. */
export function flat(one: InZendesk | null): Map<string, unknown> {
  const { [FIELDS]: fields, ...attributes } = one?.attributes ?? {}
  const own = fields !== null && typeof fields === 'object' ? Object.entries(fields) : []
  return new Map([...Object.entries(attributes), ...own.map(([name, value]) => [`${FIELDS}.${name}`, value] as const)])
}

function masked(one: InZendesk | null, hidden: readonly string[]): InZendesk | null {
  if (!one?.attributes) return one
  const hide = (entries: readonly (readonly [string, unknown])[], prefix: string) =>
    Object.fromEntries(
      entries.map(([name, value]) => [name, value !== null && hidden.includes(`${prefix}${name}`) ? MASK : value]),
    )
  const attributes = hide(Object.entries(one.attributes), '')
  const fields = one.attributes[FIELDS]
  if (fields !== null && typeof fields === 'object') attributes[FIELDS] = hide(Object.entries(fields), `${FIELDS}.`)
  return { ...one, attributes }
}

/** The texts of a value that can be found again elsewhere. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(textsIn)
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return text.trim() === '' ? [] : [text]
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}
