/**
 * How Zendesk takes an attribute's value.
 *
 *   kind               | value
 *   -------------------|----------------------------------------------------------------
 *   email              | an address in ASCII
 *   line               | one line of up to 255 characters
 *   time zone          | Zendesk's own name, or IANA's
 *   external id        | a line without commas, which would split `?external_ids=`
 *   text               | several lines, up to 64 KiB
 *   web address        | of http or https
 *   boolean            | true or false
 *   role               | end-user, agent or admin
 *   ticket restriction | organization, groups, assigned or requested
 *   tags               | a set of words
 *   names              | a set of lines: names of things of the account
 *   field              | a user field: text, a number or a boolean, as the mapping yields it
 */
export type AttributeKind =
  | 'email'
  | 'line'
  | 'external id'
  | 'time zone'
  | 'text'
  | 'web address'
  | 'boolean'
  | 'role'
  | 'ticket restriction'
  | 'tags'
  | 'names'
  | 'field'

const KINDS: ReadonlyMap<string, AttributeKind> = new Map([
  ['email', 'email'],
  ['external_id', 'external id'],
  ['time_zone', 'time zone'],
  ['details', 'text'],
  ['notes', 'text'],
  ['signature', 'text'],
  ['moderator', 'boolean'],
  ['shared_phone_number', 'boolean'],
  ['remote_photo_url', 'web address'],
  ['only_private_comments', 'boolean'],
  ['verified', 'boolean'],
  ['role', 'role'],
  ['ticket_restriction', 'ticket restriction'],
  ['tags', 'tags'],
  ['brands', 'names'],
  ['organizations', 'names'],
])

/** Whether Zendesk takes all values of a directory attribute, and not one of them. */
export function takesAll(kind: AttributeKind): boolean {
  return kind === 'tags' || kind === 'names'
}

/** The kind of a Zendesk attribute; `user_fields.NAME` is a field, what is not listed is a line. */
export function kindOf(attribute: string): AttributeKind {
  if (attribute.startsWith('user_fields.')) return 'field'
  return KINDS.get(attribute) ?? 'line'
}
