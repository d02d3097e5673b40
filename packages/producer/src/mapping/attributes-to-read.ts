import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'

import type { CompiledAttribute } from './compile-attribute.ts'

/** All user attributes and all operational ones (RFC 4511 and 3673). */
const EVERYTHING = ['*', '+']

/**
 * The directory attributes that the mapping, the status, the memberships and what is said of no person need, sorted, in
 * lower case. `dn` is part of every entry and no attribute.
 */
export function attributesToRead(attributes: readonly CompiledAttribute[], directory: DirectoryConfig): string[] {
  const names = new Set<string>()
  for (const { from, expression } of attributes) {
    if (expression !== undefined && expression.reads === undefined) return EVERYTHING
    for (const name of expression?.reads ?? from) names.add(name)
  }
  if (directory.status !== undefined) names.add(directory.status.attribute.toLowerCase())
  for (const name of directory.expires) names.add(name.toLowerCase())
  names.add('objectclass')
  if (directory.membership.user !== false) names.add(directory.membership.user.toLowerCase())
  names.delete('dn')
  return [...names].sort()
}
