import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { roleGroupsOf } from './user-policy.ts'

/** Where a connection's people and groups are looked for, and which groups say so or decide roles. */
export function basesOf({ users, groups }: Pick<ConnectionConfig, 'users' | 'groups'>): string[] {
  const locations = [...users.locations, ...(groups?.locations ?? [])]
  const named = locations.flatMap(({ base, group }) => [base, ...(group === undefined ? [] : [group])])
  return [...new Set([...named, ...roleGroupsOf(users)])]
}
