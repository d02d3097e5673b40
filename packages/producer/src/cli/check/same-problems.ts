import type { Problem } from '@provisioner/shared/problem.ts'
import { nameSome } from '../../cycle/name-some.ts'
import type { Finding } from './finding.ts'

/** Gathers what is told of single entries: the same of two hundred is one line. */
export class SameProblems {
  readonly #byKind = new Map<string, { readonly first: Problem; readonly dns: Set<string>; count: number }>()

  add(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const key = `${problem.code}|${problem.attribute ?? ''}`
      const known = this.#byKind.get(key) ?? { first: problem, dns: new Set(), count: 0 }
      known.count++
      // the few that are named, and one that tells of more
      if (known.dns.size < KEPT) known.dns.add(problem.dn ?? problem.id)
      this.#byKind.set(key, known)
    }
  }

  findings(): Finding[] {
    return [...this.#byKind.values()]
      .toSorted((a, b) => b.count - a.count)
      .map(({ first, dns, count }) => ({
        level: 'warning',
        about: first.attribute ?? 'entries',
        what: `${count === 1 ? '1 entry' : `${count} entries`}: ${first.what} (${nameSome([...dns], count).join('; ')})`,
        todo: first.todo,
        code: first.code,
      }))
  }
}

const KEPT = 3
