import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { DirectoryProfile } from '@provisioner/shared/directory-profiles/profile.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { FoundServer } from '@provisioner/shared/directory-profiles/recognise.ts'

type Read = Pick<DirectoryConfig, 'type' | 'id' | 'status'>

/**
 * What speaks against a configuration's `directory.type` with this server; undefined where nothing does: it is the
 * server's own, nobody knows the server, or both mean the same by ids and disabled entries.
 */
export function unfitType(config: Read, { type, name }: FoundServer): Pick<Problem, 'what' | 'todo'> | undefined {
  if (type === undefined || type === config.type) return undefined
  const rule = PROFILES[type]
  const hasSameId = rule.id.toLowerCase() === config.id.toLowerCase()
  const misread = [
    ...(hasSameId ? [] : [`its ids are in ${rule.id}, and ${config.id} is read`]),
    ...(rule.status === undefined || isSame(rule.status, config.status)
      ? []
      : [`its disabled accounts are told by ${rule.status.attribute}, and ${readAs(config.status)}`]),
  ]
  if (misread.length === 0) return undefined
  const keepsId = hasSameId ? '' : `; once there are users, keep their ids by directory.id: ${config.id}`
  return {
    what: `directory.type is '${config.type}', and the server is ${name}: ${misread.join('; ')}`,
    todo: `Set directory.type: ${type}${keepsId}`,
  }
}

function isSame(one: DirectoryProfile['status'], other: Read['status']): boolean {
  return one?.attribute.toLowerCase() === other?.attribute.toLowerCase()
}

function readAs(status: Read['status']): string {
  return status === undefined ? 'nobody is taken for disabled' : `${status.attribute} is read`
}
