import type { About, HistoryEvent, InZendesk } from '@provisioner/shared/history/event.ts'

/** What stands in the place of a value that nobody is to see. */
export const MASK = '***'

/** A shorter value is no secret that somebody could find again in a text. */
const SHORTEST = 3

/** Whether each masked attribute changed, by its name. */
export type MaskedAttributes = Readonly<Record<string, 'changed' | 'same'>>

/** An event as it may be stored. */
export type MaskedEvent = HistoryEvent & { readonly masked?: MaskedAttributes }

/**
 * Puts a mask in the place of every value of the attributes that a connection masks, and of the same values where they
 * stand in a label, a DN or in Zendesk's words; of an event without values, of the label of a user whose address is
 * masked. That there is a value, and whether it changed, may be seen.
 *
 * @param names as Zendesk has them (`zendeskNamesMasked`), user fields as `user_fields.NAME`; undefined: of a
 *   connection that the configuration does not have any more, of which everything is masked
 */
export function maskEvent(event: HistoryEvent, names: ReadonlySet<string> | undefined): MaskedEvent {
  if (event.type !== 'change') return withoutAddress(event, names)
  const before = flat(event.before)
  const after = flat(event.after)
  const hidden = [...new Set([...before.keys(), ...after.keys()])].filter((name) => names?.has(name) ?? true).sort()
  // of a creation that was refused there is no state that says which address its label has
  if (hidden.length === 0) return event.before || event.after ? event : withoutAddress(event, names)
  const values = hidden.flatMap((name) => [before.get(name), after.get(name)]).flatMap(textsIn)
  const without = (text: string) => values.reduce((told, value) => told.replaceAll(value, MASK), text)
  const { refusal } = event
  return {
    ...event,
    label: without(event.label),
    dn: without(event.dn),
    before: masked(event.before, hidden),
    after: masked(event.after, hidden),
    ...(refusal && { refusal: { code: refusal.code, message: without(refusal.message) } }),
    masked: Object.fromEntries(
      hidden.map((name) => [name, isSame(before.get(name), after.get(name)) ? 'same' : 'changed'] as const),
    ),
  }
}

/** What people call a user, and a membership by its user, is their address. */
function withoutAddress<E extends HistoryEvent>(event: E, names: ReadonlySet<string> | undefined): E {
  if (names && !names.has('email')) return event
  const hidden = ({ kind, label }: Partial<About>) => (kind === 'group' || label === undefined ? {} : { label: MASK })
  if ('about' in event && event.about) return { ...event, about: { ...event.about, ...hidden(event.about) } }
  return event.type === 'change' || event.type === 'decision' ? { ...event, ...hidden(event) } : event
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
  return text.length < SHORTEST ? [] : [text]
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}
