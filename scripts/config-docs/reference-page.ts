import { INTRODUCTION, MAPPINGS, NOTICE, VALUES } from './prose.ts'
import { sectionOf, type Definitions, type SchemaPart } from './schema-part.ts'
import { anchorOf, defaultWords, typeWords } from './type-words.ts'

/** A section of up to so many plain keys is told in its parent's table; a longer one has a heading of its own. */
const SHORT = 5

type Row = readonly [key: string, type: string, fallback: string, description: string]

/** The page docs/configuration.md: every key with its type, its default and what it means. */
export function referencePage(schema: SchemaPart & { readonly definitions?: Definitions }): string {
  const definitions = schema.definitions ?? {}
  const parts = [
    NOTICE,
    INTRODUCTION,
    VALUES,
    valueTable(definitions),
    ...sections('', schema, 'The file'),
    MAPPINGS,
    mappingTable(definitions),
  ]
  return `${parts.join('\n\n')}\n`
}

function sections(path: string, part: SchemaPart, title: string): string[] {
  const section = sectionOf(part)
  if (!section) return []
  const at = `${path}${section.suffix}`
  const long = Object.entries(section.properties).filter(([, inner]) => sectionOf(inner) && !isShort(inner))
  const inside = (key: string) => (at === '' ? key : `${at}.${key}`)
  return [
    `## ${title}`,
    ...(part.description ? [part.description] : []),
    table(['key', 'type', 'default', 'meaning'], rows(at, '', section)),
    ...long.flatMap(([key, inner]) => sections(inside(key), inner, `\`${inside(key)}${sectionOf(inner)!.suffix}\``)),
  ]
}

function rows(at: string, prefix: string, { properties, required }: NonNullable<ReturnType<typeof sectionOf>>): Row[] {
  return Object.entries(properties).flatMap(([key, part]) => {
    const name = `${prefix}${key}`
    const inner = sectionOf(part)
    const type =
      inner && !isShort(part)
        ? `[${typeWords(part)}](${anchorOf(`${at === '' ? '' : `${at}.`}${key}${inner.suffix}`)})`
        : typeWords(part)
    const row: Row = [`\`${name}\``, type, defaultWords(part, required.includes(key)), part.description ?? '']
    return inner && isShort(part) ? [row, ...rows(at, `${name}${inner.suffix}.`, inner)] : [row]
  })
}

function isShort(part: SchemaPart): boolean {
  const inner = Object.values(sectionOf(part)?.properties ?? {})
  return inner.length <= SHORT && inner.every((one) => !sectionOf(one))
}

function valueTable(definitions: Definitions): string {
  const values = Object.entries(definitions).filter(([name]) => !name.endsWith('mapping'))
  return table(
    ['type', 'how it is written'],
    values.map(([name, { description }]) => [name, description ?? '']),
  )
}

/** The long form's keys: those of every attribute, then those that some attributes have besides. */
function mappingTable(definitions: Definitions): string {
  const keysOf = (name: string) => definitions[name]?.anyOf?.find((branch) => branch.properties)?.properties ?? {}
  const common = keysOf('mapping')
  const special = new Map<string, { part: SchemaPart; attributes: string[] }>()
  for (const name of Object.keys(definitions).filter((one) => one.endsWith('-mapping')))
    for (const [key, part] of Object.entries(keysOf(name)))
      if (!(key in common))
        special.set(key, {
          part,
          attributes: [...(special.get(key)?.attributes ?? []), name.replace('-mapping', '').replace('-', '_')],
        })
  const row = (key: string, part: SchemaPart, attributes: string) => [
    `\`${key}\``,
    attributes,
    typeWords(part),
    defaultWords(part, false),
    part.description ?? '',
  ]
  return table(
    ['key', 'of', 'type', 'default', 'meaning'],
    [
      ...Object.entries(common).map(([key, part]) => row(key, part, 'any')),
      ...[...special].map(([key, { part, attributes }]) =>
        row(key, part, attributes.map((one) => `\`${one}\``).join(', ')),
      ),
    ],
  )
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`)
    .join('\n')
}
