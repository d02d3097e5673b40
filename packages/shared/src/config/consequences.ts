import type { PlacedMistake } from './explain-issue.ts'

type Path = readonly (string | number)[]

/** The keys by which an account is told from a list of accounts. */
const OF_AN_ACCOUNT = ['url', 'auth']

/**
 * Takes away what is no mistake of its own but follows from another one, so that one typo is told once:
 *
 *   written                                   | told
 *   ------------------------------------------|-----------------------------------------------------------
 *   `userz:` in place of `users:`             | did you mean 'users'? Not: users is required
 *   `users:` indented too far, or left out    | the unknown keys, and in the same breath that users is missing
 *   an account's keys without its name        | that the name is missing. Not: each of them is no section
 */
export function withoutConsequences(mistakes: readonly PlacedMistake[]): PlacedMistake[] {
  const named = nameAccount(mistakes)
  const unknown = named.filter((one) => one.unknown !== undefined)
  const folded = new Map<PlacedMistake, string[]>()
  const own = named.filter((one) => {
    if (!one.missing) return true
    const key = String(one.path.at(-1))
    const cause = unknown.find((other) =>
      other.unknown!.meant === undefined
        ? isNear(other.path.slice(0, -1), one.path.slice(0, -1))
        : other.unknown!.meant === key && isSame(other.path.slice(0, -1), one.path.slice(0, -1)),
    )
    if (!cause) return true
    if (cause.unknown!.meant === undefined) folded.set(cause, [...(folded.get(cause) ?? []), key])
    return false
  })
  return own.map((one) => {
    const missing = folded.get(one)
    if (!missing) return one
    const names = missing.map((key) => `'${key}'`).join(' and ')
    return {
      ...one,
      allowed: `${one.allowed}; ${names} ${missing.length === 1 ? 'is' : 'are'} missing or empty: is something indented wrongly?`,
    }
  })
}

function nameAccount(mistakes: readonly PlacedMistake[]): readonly PlacedMistake[] {
  const unnamed = mistakes.filter(({ path }) => path[0] === 'accounts' && OF_AN_ACCOUNT.includes(String(path[1])))
  if (unnamed.length === 0) return mistakes
  const others = mistakes.filter(
    ({ path }) => path[0] !== 'accounts' && !(path[0] === 'connections' && path[2] === 'account'),
  )
  const found = "an account's keys without its name"
  return [{ path: ['accounts'], found, allowed: 'a name of your choice, and below it url and auth' }, ...others]
}

function isSame(a: Path, b: Path): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Whether two sections are one, or one of them stands directly in the other. */
function isNear(a: Path, b: Path): boolean {
  const [outer, inner] = a.length <= b.length ? [a, b] : [b, a]
  return inner.length - outer.length <= 1 && isSame(inner.slice(0, outer.length), outer)
}
