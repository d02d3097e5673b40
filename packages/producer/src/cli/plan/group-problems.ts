import type { Problem } from '@provisioner/shared/problem.ts'
import { sentences } from '@provisioner/shared/sentence.ts'

/** Entries of one problem that are shown as examples. */
const EXAMPLES = 3

/**
 * Problems as lines: the same problem of many entries is one line with their count, then some examples. What is said of
 * all of them alike is said once. Whatever is alone has a line of its own.
 *
 * @param examples entries of one problem that are shown: all of them on demand
 */
export function groupProblems(problems: readonly Problem[], examples = EXAMPLES): string[] {
  const groups = Map.groupBy(problems, ({ code, subject, attribute = '' }) => [code, subject, attribute].join('|'))
  return [...groups.values()].flatMap((some) => {
    const [first] = some as [Problem, ...Problem[]]
    if (some.length === 1) return [`  ${first.code}  ${nameOf(first)}: ${sentences(first)}`]
    const said = new Set(some.map((problem) => sentences(problem)))
    const attribute = first.attribute === undefined ? '' : ` (${first.attribute})`
    const more = some.length - Math.min(examples, some.length)
    return [
      `  ${first.code}${attribute}, ${some.length} times${said.size === 1 ? `: ${sentences(first)}` : ''}`,
      ...some
        .slice(0, examples)
        .map((problem) => `    ${nameOf(problem)}${said.size === 1 ? '' : `: ${sentences(problem)}`}`),
      ...(more > 0 ? [`    … and ${more} more (--all)`] : []),
    ]
  })
}

function nameOf({ dn, id }: Problem): string {
  return dn ?? id
}
