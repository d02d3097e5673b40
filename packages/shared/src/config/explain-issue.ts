import type { z } from 'zod'
import type { ConfigMistake } from './config-error.ts'
import { didYouMean } from './did-you-mean.ts'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]

/** A mistake with the path it is at, before it has a line. */
export type PlacedMistake = Omit<ConfigMistake, 'line' | 'column' | 'key'> & { readonly path: Path }

/** Keys whose values are never shown, whatever is wrong with them. */
const SECRET = /secret|token|password/i

/** What is wrong at a place, in an admin's words. `valueAt` gives what stands there. */
export function explainIssue(issue: Issue, valueAt: (path: Path) => unknown, base: Path = []): PlacedMistake[] {
  const path = [...base, ...(issue.path as (string | number)[])]
  const found = () => show(path, valueAt(path))
  switch (issue.code) {
    case 'invalid_union':
      return explainUnion(issue, valueAt, path)
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = knownKeys(issue)
        const near = didYouMean(key, known)
        return { path: [...path, key], found: `the unknown key '${key}'`, allowed: near ? `did you mean '${near}'?` : known.length > 0 ? known.join(', ') : 'no other keys here' }
      })
    case 'invalid_type':
      return [{ path, found: found(), allowed: `${valueAt(path) === undefined ? 'this key is required: ' : ''}${article(issue.expected)}` }]
    case 'invalid_value':
      return [{ path, found: found(), allowed: issue.values.map(String).join(' | ') }]
    case 'too_small':
      return [{ path, found: found(), allowed: issue.origin === 'array' ? `at least ${issue.minimum} item` : issue.origin === 'string' ? 'some text' : `at least ${issue.minimum}` }]
    case 'too_big':
      return [{ path, found: found(), allowed: `at most ${issue.maximum}` }]
    case 'invalid_key':
      return [{ path, found: `the key '${String(path.at(-1))}'`, allowed: issue.issues[0]?.message ?? issue.message }]
    default:
      return [{ path, found: found(), allowed: issue.message }]
  }
}

/** Of a union's branches, the one that what stands there was meant for: the branch that got furthest. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, valueAt: (path: Path) => unknown, path: Path): PlacedMistake[] {
  const branches = issue.errors.map((errors) => errors as Issue[])
  const meant = branches.filter((errors) => !errors.some((error) => error.path.length === 0 && (error.code === 'invalid_type' || error.code === 'invalid_format')))
  if (meant.length > 0) {
    const [best] = meant.sort((a, b) => a.length - b.length)
    return best!.flatMap((inner) => explainIssue(inner, valueAt, path))
  }
  const allowed = branches.flatMap((errors) => errors.flatMap((inner) => explainIssue(inner, valueAt, path).map((one) => one.allowed)))
  return [{ path, found: show(path, valueAt(path)), allowed: [...new Set(allowed)].join(', or ') }]
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

function show(path: Path, value: unknown): string {
  if (value === undefined) return 'nothing'
  if (path.some((part) => SECRET.test(String(part)))) return 'a value that is not shown'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a section'
  return `'${String(value)}'`
}

function article(type: string): string {
  const words: Record<string, string> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a section with keys', array: 'a list', record: 'a section with keys' }
  return words[type] ?? type
}
