import { isBelow, normaliseDn } from '../dn.ts'
import type { Texts } from './base-entry.ts'

/** The naming contexts that a server shows. */
export function shownContexts(rootDse: Texts | undefined): readonly string[] {
  return rootDse?.get('namingcontexts') ?? []
}

/** The same, a default before the others. */
export function contextsInOrder(rootDse: Texts): readonly string[] {
  const [first] = rootDse.get('defaultnamingcontext') ?? []
  const key = normaliseDn(first ?? '')
  const others = shownContexts(rootDse).filter((one) => normaliseDn(one) !== key)
  return [...(first === undefined ? [] : [first]), ...others]
}

/** The longest naming context that a base lies in; undefined where none is shown. */
export function contextOf(base: string, contexts: readonly string[]): string | undefined {
  const [longest] = contexts.filter((one) => isBelow(base, one)).sort((a, b) => b.length - a.length)
  return longest
}

/** The naming contexts that the bases lie in, each once. */
export function contextsOf(rootDse: Texts, bases: readonly string[]): string[] {
  const contexts = shownContexts(rootDse)
  // A group that is named and lies nowhere is told by the cycle. Where no contexts are shown, the bases speak.
  const found = bases.flatMap((base) => contextOf(base, contexts) ?? (contexts.length > 0 ? [] : base))
  return [...new Map(found.map((dn) => [normaliseDn(dn), dn])).values()].sort()
}
