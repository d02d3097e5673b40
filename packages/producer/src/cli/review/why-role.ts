import type { AttributeTrace } from '../../mapping/trace.ts'
import { plain } from '../explained-entry.ts'

/** The steps of a mapping that give a value; the others only shape it. */
const GIVES = /^(in group|expression|read|default)\b/

const IN_GROUP = 'in group '

/**
 * Which rule of the mapping gives a role, as a sentence: `role agent: in group cn=agents,ou=groups,dc=acme`.
 *
 * @param groups DNs of the groups of `byGroup` as they are written, by their key
 */
export function whyRole(attributes: readonly AttributeTrace[], groups: ReadonlyMap<string, string>): string {
  const told = ['role', 'custom_role'].flatMap((name) => {
    const trace = attributes.find(({ attribute }) => attribute === name)
    if (trace === undefined) return []
    const as = name === 'role' ? 'role' : 'custom role'
    if (trace.outcome !== 'set') return trace.why === undefined ? [] : [`${as} is left alone: ${trace.why}`]
    return [`${as} ${String(plain(trace.result ?? ''))}: ${trace.why ?? ruleOf(trace, groups)}`]
  })
  return told.length > 0 ? told.join('; ') : 'the directory says nothing of their role: it was given in Zendesk'
}

function ruleOf({ steps }: AttributeTrace, groups: ReadonlyMap<string, string>): string {
  const giving = steps.findLast(({ step, values }) => GIVES.test(step) && values.length > 0)?.step
  if (giving === undefined) return 'the mapping'
  if (!giving.startsWith(IN_GROUP)) return giving
  const key = giving.slice(IN_GROUP.length)
  return `${IN_GROUP}${groups.get(key) ?? key}`
}
