import {
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml'
import { ConfigError, type ConfigMistake } from './config-error.ts'
import { positionOf } from './place-mistake.ts'

export interface YamlFile {
  /** The file's content, secrets unresolved. */
  readonly value: unknown
  readonly document: Document
  readonly lines: LineCounter
}

/** Mistakes after which the parser goes on as if they were none. */
const READ_ON = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'])

/** What a line that is indented wrongly, or by a tab, is to the parser. */
const INDENTED = new Set(['BAD_INDENT', 'TAB_AS_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY'])

/** Reads YAML and remembers where everything stands. @throws ConfigError for what is no YAML, or doubtful */
export function readYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' })
  // A tag that nobody knows is a warning to the parser; here it is a value that would be taken for another.
  const troubles = [...document.errors, ...document.warnings]
  // Behind the first mistake in YAML's own syntax the parser guesses, and takes much of the rest for mistakes.
  const lost = troubles.filter(({ code }) => !READ_ON.has(code)).toSorted((a, b) => a.pos[0] - b.pos[0])
  const mistakes = (lost.length > 0 ? lost.slice(0, 1) : troubles).map((trouble) => describe(trouble, text, lines))
  if (mistakes.length > 0) throw new ConfigError(path, joinDuplicates(mistakes))
  const unfit = unfitKeys(document, lines)
  if (unfit.length > 0) throw new ConfigError(path, unfit)
  const alias = brokenAlias(document)
  if (alias) throw aliasError(path, positionOf(lines, alias.range?.[0] ?? 0))
  try {
    return { value: document.toJS(), document, lines }
  } catch {
    throw aliasError(path, { line: 1, column: 1 }) // so many that the parser takes them for an attack
  }
}

/**
 * Names that mean something to every object of JavaScript: under one of them a value would be lost, or change others.
 */
const UNFIT_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

function unfitKeys(document: Document, lines: LineCounter): ConfigMistake[] {
  const mistakes: ConfigMistake[] = []
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || !UNFIT_KEYS.has(String(key.value))) return
      const name = String(key.value)
      const place = positionOf(lines, key.range?.[0] ?? 0)
      mistakes.push({
        ...place,
        key: name,
        found: `the key '${name}'`,
        allowed: 'any name but __proto__, constructor and prototype',
      })
    },
  })
  return mistakes
}

/**
 * The first alias that stands for nothing, or for something that it is a part of: nobody could follow it to its end.
 */
function brokenAlias(document: Document): Alias | undefined {
  let broken: Alias | undefined
  visit(document, {
    Alias: (_key, alias, path) => {
      const target = alias.resolve(document)
      if (target !== undefined && !path.includes(target)) return undefined
      broken = alias
      return visit.BREAK
    },
  })
  return broken
}

function aliasError(path: string, place: { line: number; column: number }): ConfigError {
  const allowed = 'only aliases whose anchors stand above them; put a text that begins with * in quotes'
  return new ConfigError(path, [{ ...place, key: '', found: "YAML whose aliases can't be followed", allowed }])
}

const TWICE = 'this key a second time'

/** Where the name of a section is left out, each of its keys comes twice in the section above. */
function joinDuplicates(mistakes: readonly ConfigMistake[]): ConfigMistake[] {
  const groups = Map.groupBy(mistakes, ({ found, column }) => (found === TWICE ? `twice in column ${column}` : found))
  return [...groups].flatMap(([, some]) => {
    const [first, ...others] = some
    if (first?.found !== TWICE || others.length === 0) return some
    const found = `${TWICE}, and so ${others.map(({ key }) => key).join(', ')} below it`
    return [
      {
        ...first,
        found,
        allowed: `${first.allowed}; is the name of a section missing, or something indented wrongly?`,
      },
    ]
  })
}

function isIndented({ code, message }: YAMLParseError | YAMLWarning): boolean {
  return INDENTED.has(code) || message.startsWith('Sequence item without')
}

function describe(trouble: YAMLParseError | YAMLWarning, text: string, lines: LineCounter): ConfigMistake {
  const place = { ...positionOf(lines, trouble.pos[0]), key: '' }
  if (trouble.code === 'DUPLICATE_KEY') {
    const start = trouble.pos[0] + /^\s*/.exec(text.slice(trouble.pos[0]))![0].length
    const key = /^["']?([^"'\s:]+)/.exec(text.slice(start))?.[1] ?? 'key'
    return { ...positionOf(lines, start), key, found: TWICE, allowed: 'each key once' }
  }
  if (trouble.code === 'TAG_RESOLVE_FAILED')
    return { ...place, found: 'a tag', allowed: 'no tags; put a text that begins with ! in quotes' }
  // Some messages quote the text, which may be a secret.
  return {
    ...place,
    found: `YAML that can't be read: ${trouble.message.replace(/: ?["'`].*$/s, '')}`,
    allowed: `valid YAML${isIndented(trouble) ? '; check the indentation of this line and the one above' : ''}; what stands below it is looked at once this line can be read`,
  }
}
