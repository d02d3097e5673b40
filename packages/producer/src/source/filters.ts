import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { PROFILES } from '../directory/profiles.ts'

/** Entries that can have members, for a server family. */
export function groupFilter(type: DirectoryConfig['type']): string {
  return anyClass(PROFILES[type].groupClasses)
}

/**
 * People, for a location that names a group or nothing but its base. In Active Directory computers are of the class
 * `user` as well; there, and only there, every person has `objectCategory=person`. (Elsewhere a filter on an unknown
 * class is Undefined, and the negation of Undefined matches nobody: RFC 4511, 4.5.1.7.)
 */
export function personFilter(type: DirectoryConfig['type']): string {
  if (type === 'active-directory') return '(&(objectCategory=person)(objectClass=user))'
  return anyClass(PROFILES[type].userClasses)
}

function anyClass(classes: readonly string[]): string {
  return `(|${classes.map((one) => `(objectClass=${one})`).join('')})`
}

/** A filter for entries that have the text in one of the attributes, as a whole. The text is escaped (RFC 4515, 3). */
export function hasText(attributes: readonly string[], text: string): string {
  const value = text.replace(/[\\*()\0]/g, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `(|${attributes.map((name) => `(${name}=${value})`).join('')})`
}
