import { definitionOf, sectionOf, type SchemaPart } from './schema-part.ts'

/** What may stand there, in words, with links to the page's own explanations. */
export function typeWords(part: SchemaPart): string {
  const name = definitionOf(part)
  if (name !== undefined) return name.endsWith('mapping') ? '[mapping](#mappings)' : `[${name}](#values)`
  if (part.const !== undefined) return code(part.const)
  if (part.enum) return part.enum.map(code).join(' \\| ')
  const section = sectionOf(part)
  if (section) {
    const words = section.suffix === '' ? 'section' : section.suffix === '[]' ? 'list of sections' : 'sections by name'
    return [...wordsBeside(part), words].join(' or ')
  }
  if (part.anyOf) return part.anyOf.map(typeWords).join(' or ')
  if (part.items) return `list of ${plural(typeWords(part.items))}`
  if (part.type === 'object')
    return `section of ${typeWords(part.propertyNames ?? { type: 'string' })}: ${typeWords(part.additionalProperties as SchemaPart)}`
  if (Array.isArray(part.type)) return part.type.map((type) => typeWords({ type })).join(', ')
  if (part.type === 'boolean') return 'true or false'
  if (part.type === 'integer' || part.type === 'number') return `number${range(part)}`
  return 'text'
}

/** Words that may stand in the place of a section: `off`. */
function wordsBeside({ anyOf = [] }: SchemaPart): string[] {
  return anyOf.flatMap((branch) => (branch.const === undefined ? [] : [code(branch.const)]))
}

/** The anchor that a heading of code gets on the pages of code hosts: lower case, without punctuation. */
export function anchorOf(heading: string): string {
  return `#${heading.toLowerCase().replace(/[^\w-]/g, '')}`
}

/** A key's default, or that it has to be there. */
export function defaultWords(part: SchemaPart, required: boolean): string {
  if (required) return '**required**'
  if (part.default === undefined) return '–'
  return Array.isArray(part.default) && part.default.length === 0 ? 'none' : code(part.default)
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

/** What no schema limits by itself is limited by what a number can hold: that is no news. */
function range({ minimum, maximum }: SchemaPart): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  return least === undefined ? '' : `, at least ${least}`
}

function plural(words: string): string {
  return words.replace(/^text$/, 'texts').replace(/^\[(\w+)\]/, '[$1s]')
}
