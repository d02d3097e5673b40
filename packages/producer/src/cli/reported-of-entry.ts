import { membershipSides } from '@provisioner/shared/entity.ts'
import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { isAboutName } from '../cycle/unknown-names.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import type { AttributeTrace } from '../mapping/trace.ts'
import { plain } from './explained-entry.ts'

/** Whether a problem is the entry's: its own, one of a membership that it is a side of, or one told of its DN. */
export function isAbout({ subject, id, dn }: Problem, entry: Pick<Entry, 'id' | 'dn'>): boolean {
  if (id === entry.id || (dn !== undefined && normaliseDn(dn) === normaliseDn(entry.dn))) return true
  if (subject !== 'membership') return false
  const { groupId, userId } = membershipSides(id)
  return groupId === entry.id || userId === entry.id
}

/**
 * The attributes, less what Zendesk was found not to have by the name that an entry gives, and the problems that say
 * so: they are the connection's, for all who name it.
 */
export function withUnknownNames(traces: readonly AttributeTrace[], stored: readonly StoredProblem[]) {
  const unknown = new Set<StoredProblem>()
  const shown = traces.map((trace) => {
    const { result, ...rest } = trace
    if (result === undefined) return trace
    const found = stored.find(({ problem }) => isAboutName(problem, trace.attribute, plain(result)))
    if (!found) return trace
    unknown.add(found)
    const why = `${found.problem.code}: ${found.problem.what}`
    // Of a set, what is known is written all the same.
    if (Array.isArray(plain(result))) return { ...trace, why }
    return { ...rest, outcome: 'left alone' as const, why }
  })
  return { traces: shown, unknown }
}
