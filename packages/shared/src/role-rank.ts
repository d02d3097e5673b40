import type { AttributeValue } from './desired.ts'

/** Zendesk's roles, from the one that may do least to the one that may do everything. */
export const ROLES: readonly string[] = ['end-user', 'agent', 'admin']

/** How much a Zendesk role may do: its place among `ROLES`. One that is not set, or not known, counts as the lowest. */
export function roleRank(role: AttributeValue | undefined): number {
  return typeof role === 'string' ? Math.max(0, ROLES.indexOf(role)) : 0
}

/**
 * Whether the desired role may do less than the applied one. A role that nobody maps, or that is not known, lowers
 * nothing.
 */
export function isLowerRole(desired: AttributeValue | undefined, applied: AttributeValue | undefined): boolean {
  return typeof desired === 'string' && typeof applied === 'string' && roleRank(desired) < roleRank(applied)
}
