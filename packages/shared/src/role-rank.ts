import type { AttributeValue } from './desired.ts'

const RANK: Readonly<Record<string, number>> = { 'end-user': 0, agent: 1, admin: 2 }

/** How much a Zendesk role may do: `end-user` before `agent` before `admin`. A role that is not set counts as the lowest. */
export function roleRank(role: AttributeValue | undefined): number {
  return typeof role === 'string' ? (RANK[role] ?? 0) : 0
}

/** Whether the desired role may do less than the applied one. A role that nobody maps, or that is not known, lowers nothing. */
export function isLowerRole(desired: AttributeValue | undefined, applied: AttributeValue | undefined): boolean {
  return typeof desired === 'string' && typeof applied === 'string' && roleRank(desired) < roleRank(applied)
}
