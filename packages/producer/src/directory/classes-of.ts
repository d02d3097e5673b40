import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'

/**
 * The object classes of people and of groups that a directory is searched for: the configuration's, else the type's.
 */
export function classesOf({
  type,
  personClasses,
  groupClasses,
}: Pick<DirectoryConfig, 'type' | 'personClasses' | 'groupClasses'>): {
  person: readonly string[]
  /** The classes of people that a filter finds. */
  filteredPerson: readonly string[]
  group: readonly string[]
} {
  const profile = PROFILES[type]
  return {
    person: personClasses ?? profile.personClasses,
    filteredPerson: personClasses ?? profile.filteredPersonClasses,
    group: groupClasses ?? profile.groupClasses,
  }
}
