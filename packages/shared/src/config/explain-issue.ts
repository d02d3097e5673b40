import type { z } from 'zod'
import { KEYS_OF_SOME_MAPPINGS } from './attribute-mapping.ts'
import type { ConfigMistake } from './config-error.ts'
import { didYouMean } from './did-you-mean.ts'
import { showFound } from './show-found.ts'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]
type ValueAt = (path: Path) => unknown

/** A mistake with the path it is at, before it has a line. */
export type PlacedMistake = Omit<ConfigMistake, 'line' | 'column' | 'key'> & {
  readonly path: Path
  /** Set for a key that nobody knows, or for several of one section; `meant` is the one that it resembles. */
  readonly unknown?: { readonly meant: string | undefined }
  /** Set for a key that has to be there and is not, or has nothing in it. */
  readonly missing?: boolean
}

/** What is wrong at a place, in an admin's words. `valueAt` gives what stands there in the file, secrets unresolved. */
export function explainIssue(issue: Issue, valueAt: ValueAt, base: Path = []): PlacedMistake[] {
  const path = [...base, ...(issue.path as (string | number)[])]
  if (issue.code === 'invalid_union') return explainUnion(issue, valueAt, path)
  if (issue.code === 'unrecognized_keys') return explainUnknown(issue, path)
  if (issue.code === 'invalid_key')
    return [{ path, found: `the key '${String(path.at(-1))}'`, allowed: issue.issues[0]?.message ?? issue.message }]
  const value = valueAt(path)
  const required = value === undefined && issue.code !== 'custom' ? 'this key is required: ' : ''
  const missing = issue.code !== 'custom' && (value === undefined || value === null)
  return [
    { path, found: showFound(path, value), allowed: `${required}${allowedBy(issue)}`, ...(missing && { missing }) },
  ]
}

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('Invalid input') ? (WORDS[issue.expected] ?? issue.expected) : issue.message
    case 'invalid_value':
      return issue.values.map(String).join(' | ')
    case 'too_small':
      return issue.origin === 'array' ? `at least ${issue.minimum} item` : `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}`
    default:
      return issue.message
  }
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a section with keys',
  array: 'a list',
  record: 'a section with keys',
}

/**
 * Of a union's branches the one that was meant: the one that accepts the kind of thing that stands there, and of
 * several the one with the fewest mistakes. When none does, all are told.
 */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, valueAt: ValueAt, path: Path): PlacedMistake[] {
  const value = valueAt(path)
  const branches = issue.errors
  const meant = branches.filter(
    (errors) =>
      !errors.some(({ path: at, code }) => at.length === 0 && (code === 'invalid_type' || code === 'invalid_value')),
  )
  const [best] = value === undefined ? [] : meant.toSorted((a, b) => a.length - b.length)
  if (best) return best.flatMap((inner) => explainIssue(inner, valueAt, path))
  const allowed = branches.flatMap((errors) =>
    errors.flatMap((inner) => explainIssue(inner, () => null).map((one) => one.allowed)),
  )
  const required = value === undefined ? 'this key is required: ' : ''
  const missing = value === undefined || value === null
  return [
    {
      path,
      found: showFound(path, value),
      allowed: `${required}${[...new Set(allowed)].join(', or ')}`,
      ...(missing && { missing }),
    },
  ]
}

/** Each key that resembles a known one is a mistake of its own; the others of a section are one together. */
function explainUnknown(issue: Extract<Issue, { code: 'unrecognized_keys' }>, path: Path): PlacedMistake[] {
  const known = knownKeys(issue)
  const advised = issue.keys.map((key) => ({ key, advice: keyAdvice(key, known), meant: didYouMean(key, known) }))
  const strange = advised.filter(({ advice }) => advice === undefined).map(({ key }) => key)
  const misspelt = advised.flatMap(({ key, advice, meant }) =>
    advice === undefined
      ? []
      : [{ path: [...path, key], found: `the unknown key '${key}'`, allowed: advice, unknown: { meant } }],
  )
  if (strange.length === 0) return misspelt
  const found = `the unknown key${strange.length === 1 ? '' : 's'} ${strange.map((key) => `'${key}'`).join(', ')}`
  const allowed = known.length > 0 ? known.join(', ') : 'no other keys here'
  return [...misspelt, { path: [...path, strange[0]!], found, allowed, unknown: { meant: undefined } }]
}

function keyAdvice(key: string, known: readonly string[]): string | undefined {
  const owners = known.includes('createOnly') ? KEYS_OF_SOME_MAPPINGS[key] : undefined
  if (owners) return `'${key}' with ${owners} only`
  const near = didYouMean(key, known)
  return near === undefined ? undefined : `did you mean '${near}'?`
}

/** The keys that a section may have: the parse put them into the message, see {@link nameKnownKeys}. */
function knownKeys(issue: Issue): string[] {
  return issue.message.split(', ').filter((key) => /^\w+$/.test(key))
}

/** For zod's parse: makes the message of an unknown key the list of the known ones. */
export function nameKnownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined
  const shape = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape
  return shape ? Object.keys(shape).join(', ') : undefined
}
