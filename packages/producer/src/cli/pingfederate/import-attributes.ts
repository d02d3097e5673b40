import type { Channel, Field } from './export-file.ts'
import { suggestExpression } from './suggest-expression.ts'
import { Report } from './report.ts'

/** One line of `users.map`. */
export interface ImportedAttribute {
  readonly name: string
  readonly mapping: string | readonly string[] | Readonly<Record<string, unknown>>
  /** Set where an OGNL expression computed the value: then the line is a suggestion, and a comment. */
  readonly ognl?: string
}

/** Zendesk's attributes as the add-on names them, where the configuration has another name for them. */
const NAMES: Readonly<Record<string, string>> = {
  custom_role_id: 'custom_role',
  locale_id: 'locale',
  organization_id: 'organization',
}

/** The 18 that the add-on provisions (Supported attributes reference), by the configuration's names. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[
    'email',
    'external_id',
    'name',
    'alias',
    'custom_role',
    'details',
    'locale',
    'moderator',
    'notes',
    'phone',
    'role',
  ],
  ...['only_private_comments', 'organization', 'signature', 'tags', 'ticket_restriction', 'time_zone', 'verified'],
])

const BOOLEANS: ReadonlySet<string> = new Set(['moderator', 'only_private_comments', 'verified'])

const PARSERS = { EXTRACT_CN_FROM_DN: 'cn-from-dn', EXTRACT_USERNAME_FROM_EMAIL: 'user-from-email' } as const

/**
 * Turns the attribute mapping of a channel into `users.map`.
 *
 *   saasFieldInfo            | becomes
 *   -------------------------|-----------------------------------------------------------------
 *   attributeNames           | from
 *   defaultValue             | default; true and false of check boxes, a list of tags
 *   expression (OGNL)        | a comment with it, and an expression to start from
 *   createOnly, masked       | the same
 *   trim                     | true, which is the default here, whether it is set or not
 *   characterCase, parser    | case, parse
 *   nothing of these         | nothing: the field is not mapped
 */
export function importAttributes({ attributeMapping }: Channel, report: Report, at: string): ImportedAttribute[] {
  const imported = attributeMapping.flatMap(({ fieldName, saasFieldInfo }): ImportedAttribute[] => {
    const name = NAMES[fieldName.toLowerCase()] ?? fieldName.toLowerCase()
    const option = `${at}attributeMapping.${fieldName}`
    if (isEmpty(saasFieldInfo)) return []
    if (!KNOWN.has(name)) {
      report.lacking(option, 'no attribute of Zendesk’s: if it is a user field, map it in users.map.user_fields')
      return []
    }
    if (isText(saasFieldInfo.expression))
      return [asComment(name, saasFieldInfo, saasFieldInfo.expression, report, option)]
    return [{ name, mapping: mappingOf(name, saasFieldInfo, report, option) }]
  })
  const mapped = new Set(imported.map(({ name }) => name))
  for (const name of ['email', 'name'])
    if (!mapped.has(name))
      report.toDo(`${at}attributeMapping.${name}`, `users.map.${name}`, 'is not mapped, and every user needs one')
  if (!mapped.has('external_id'))
    report.differs(
      `${at}attributeMapping.external_id`,
      'users.externalId',
      'PingFederate writes none. Here every user gets the directory id, so that a new address or a lost Redis costs ' +
        'nobody their user: the first plan writes it. none leaves it',
    )
  if (imported.length > 0)
    report.differs(
      `${at}attributeMapping`,
      'users.map.*.whenEmpty, trim',
      'PingFederate never clears an attribute: here one that is empty in the directory is emptied in Zendesk, unless ' +
        'whenEmpty says keep. Blanks at both ends go, whether trim was set or not',
    )
  return imported.toSorted((a, b) => rank(a.name) - rank(b.name))
}

function isEmpty(field: Field): boolean {
  return (field.attributeNames ?? []).length === 0 && !isText(field.defaultValue) && !isText(field.expression)
}

function mappingOf(name: string, field: Field, report: Report, option: string) {
  const from = field.attributeNames ?? []
  const fallback = isText(field.defaultValue) ? { default: constantOf(name, field.defaultValue) } : {}
  const parser = field.parser == null || field.parser === 'NONE' ? undefined : PARSERS[field.parser]
  const letters = field.characterCase == null || field.characterCase === 'NONE' ? undefined : field.characterCase
  const more = {
    ...fallback,
    ...(parser && { parse: parser }),
    ...(letters && { case: letters.toLowerCase() }),
    ...(field.createOnly === true && { createOnly: true }),
    ...(field.masked === true && { masked: true }),
    ...roleOptions(name, field, report, option),
  }
  tellOf(name, from, more, report, option)
  const single = from.length === 1 ? from[0]! : from
  if (Object.keys(more).length === 0) return single
  return { ...(from.length > 0 && { from: single }), ...more }
}

function roleOptions(name: string, { defaultValue }: Field, report: Report, option: string): { allowAdmin?: true } {
  if (name !== 'role') return {}
  report.differs(
    option,
    'users.map.role',
    'PingFederate writes any role. Here no role is lowered without allowDowngrade, and nobody becomes an admin ' +
      'without allowAdmin: they stay what they are in Zendesk, and are told',
  )
  return defaultValue?.trim().toLowerCase() === 'admin' ? { allowAdmin: true } : {}
}

function tellOf(name: string, from: readonly string[], more: object, report: Report, option: string): void {
  const key = `users.map.${name}`
  const what = [from.join(', '), ...Object.entries(more).map(([one, value]) => `${one} ${JSON.stringify(value)}`)]
  report.taken(option, key, what.filter((one) => one !== '').join('; '))
  if (name === 'external_id')
    report.differs(
      option,
      key,
      'by it users are found who were provisioned with it. Of a value that is bytes, as objectGUID, nobody documents ' +
        'the form: compare one in Zendesk, or leave it out, and users are found by their address',
    )
  if (name === 'tags')
    report.differs(
      option,
      `${key}.mode`,
      'tags that others gave stay; mode: replace makes those of the directory the only ones',
    )
}

/** `true` for a check box, words for tags, a text otherwise. */
function constantOf(name: string, text: string): string | boolean | readonly string[] {
  if (BOOLEANS.has(name) && /^(true|false)$/i.test(text.trim())) return text.trim().toLowerCase() === 'true'
  if (name === 'tags') return text.split(/[\s,]+/).filter((tag) => tag !== '')
  return name === 'role' ? text.trim().toLowerCase() : text
}

function asComment(name: string, field: Field, ognl: string, report: Report, option: string): ImportedAttribute {
  const suggestion = suggestExpression(ognl, field.attributeNames ?? [])
  report.toDo(
    option,
    `users.map.${name}`,
    'an OGNL expression, which has no counterpart: it stands beside as a comment. Write a JSONata expression, as the ' +
      `one that is begun there (${suggestion}), or map an attribute, and take the # away`,
  )
  const { expression: _ognl, ...rest } = field
  // what else the field says is told once it is mapped
  const mapping = mappingOf(name, { ...rest, attributeNames: [] }, new Report(), option)
  return { name, mapping: { expression: suggestion, ...(mapping as object) }, ognl }
}

/** Who a user is comes first, what is theirs then. */
const FIRST = ['email', 'name', 'external_id', 'role', 'custom_role', 'organization']

function rank(name: string): number {
  const at = FIRST.indexOf(name)
  return at < 0 ? FIRST.length : at
}

function isText(text: string | null | undefined): text is string {
  return text != null && text.trim() !== ''
}
