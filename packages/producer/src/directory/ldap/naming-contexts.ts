import { isBelow, normaliseDn } from '../dn.ts'
import type { Texts } from './base-entry.ts'

/** The naming contexts that the bases lie in, each once. */
export function contextsOf(rootDse: Texts, bases: readonly string[]): string[] {
  const contexts = [...(rootDse.get('namingcontexts') ?? [])].sort((a, b) => b.length - a.length)
  // A group that is named and lies nowhere is told by the cycle. Where no contexts are shown, the bases speak.
  const found = bases.flatMap((base) => contexts.find((context) => isBelow(base, context)) ?? (contexts[0] ? [] : base))
  return [...new Map(found.map((dn) => [normaliseDn(dn), dn])).values()].sort()
}
