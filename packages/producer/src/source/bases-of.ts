import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'

/** Where a connection's people and groups are looked for, and which groups say so. */
export function basesOf({ users, groups }: Pick<ConnectionConfig, 'users' | 'groups'>): string[] {
  const locations = [...users.locations, ...(groups?.locations ?? [])]
  return [...new Set(locations.flatMap(({ base, group }) => [base, ...(group === undefined ? [] : [group])]))]
}
