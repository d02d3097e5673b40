import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import type { Catalogue } from './catalogue.ts'
import { problemOf, type Fault } from './fault.ts'
import type { MappedUser } from './mapped.ts'
import { NAMED_SETS, type NamedCatalogue } from './named-attributes.ts'
import { unknownName } from './unknown-name.ts'

/** The sets of a mapped user in Zendesk's own attributes. */
export interface ResolvedSets {
  /** Lists of ids, in ascending order. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** Attributes of which some name is not known: what Zendesk holds of them besides is not taken away. */
  readonly partial: readonly string[]
  readonly problems: readonly Problem[]
  readonly unread: readonly NamedCatalogue[]
}

/**
 * Puts Zendesk's ids in the place of sets of names.
 *
 *   names                      | become
 *   ---------------------------|-------------------------------------------------------------------------
 *   all known                  | their ids
 *   some known                 | the ids of those; each other one is reported, and nothing is taken away
 *   none known                 | the same: an empty list that takes nothing away
 *   more than Zendesk takes     | nothing: reported, the attribute is left alone
 *   any, of what can't be read | nothing: the attribute is left alone, and the list is one problem for all
 *
 * A thing that was renamed in Zendesk, or is misspelt, must not cost those who have it what they have.
 */
export function resolveSets(
  user: Pick<MappedUser, 'id' | 'dn' | 'attributes' | 'masked'>,
  catalogues: Readonly<Record<(typeof NAMED_SETS)[number]['catalogue'], Catalogue | undefined>>,
): ResolvedSets {
  const attributes: Record<string, AttributeValue> = {}
  const partial: string[] = []
  const problems: Problem[] = []
  const unread: NamedCatalogue[] = []
  for (const { name, id, catalogue, code, most } of NAMED_SETS) {
    const names = user.attributes[name] as readonly string[] | undefined
    if (names === undefined) continue
    const known = catalogues[catalogue]
    if (!known) {
      unread.push(catalogue)
      continue
    }
    if (names.length > most) {
      problems.push(problemOf(tooMany(names.length, most), user, name, false))
      continue
    }
    const found = names.map((one) => ({ one, id: known.idOf(one) }))
    const missing = found.filter((one) => one.id === undefined)
    for (const { one } of missing)
      problems.push(problemOf(unknownName(code, name, one, known), user, name, user.masked.includes(name)))
    if (missing.length > 0) partial.push(id)
    attributes[id] = [...new Set(found.flatMap((one) => one.id ?? []))].sort((a, b) => a - b)
  }
  return { attributes, partial, problems, unread }
}

function tooMany(count: number, most: number): Fault {
  return {
    code: 'VALUES_TOO_MANY',
    what: () => `The entry has ${count} values, and Zendesk takes ${most}: the attribute stays what it is in Zendesk`,
    todo: 'Take some away in the directory, or map an expression that chooses among them',
  }
}
