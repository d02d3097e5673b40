import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { demandsClass } from '../directory/ldap/filter.ts'
import { classesOf } from '../directory/classes-of.ts'

type Classes = Pick<DirectoryConfig, 'type' | 'personClasses' | 'groupClasses'>

/**
 * The search for a location's groups, or for any group where there is no filter.
 *
 *   filter                  | search
 *   ------------------------|--------------------------------------------------------------------
 *   none                    | entries of the object classes of groups
 *   demands an object class | as it stands: who names a class says what a group is
 *   any other               | joined with `directory.groupClasses` where they are set; else without people, so that
 *                           | `(memberOf=…)` finds no user as a group, and a group of an unusual class stays one
 */
export function groupFilter(directory: Classes, filter?: string): string {
  if (filter === undefined || directory.groupClasses) return joined(filter, classesOf(directory).group)
  return demandsClass(filter) ? filter : `(&(!(objectClass=person))${filter})`
}

/**
 * The search for a location's people. A filter that demands no object class is joined with `directory.personClasses`
 * where they are set, else with all classes that people have: `(memberOf=…)` finds no nested group. In Active Directory
 * computers are of the class `user` as well; there, and only there, every person has `objectCategory=person`, which is
 * demanded in any case. (Elsewhere a filter on an unknown class is Undefined, and the negation of Undefined matches
 * nobody: RFC 4511, 4.5.1.7.)
 */
export function personFilter(directory: Classes, filter?: string): string {
  const { person, filteredPerson } = classesOf(directory)
  const people = joined(filter, filter === undefined ? person : filteredPerson)
  return directory.type === 'active-directory' ? `(&(objectCategory=person)${people})` : people
}

function joined(filter: string | undefined, classes: readonly string[]): string {
  const ofClass = `(|${classes.map((one) => `(objectClass=${one})`).join('')})`
  if (filter === undefined) return ofClass
  return demandsClass(filter) ? filter : `(&${ofClass}${filter})`
}

/** A filter for entries that have the text in one of the attributes, as a whole. The text is escaped (RFC 4515, 3). */
export function hasText(attributes: readonly string[], text: string): string {
  return `(|${attributes.map((name) => `(${name}=${escaped(text)})`).join('')})`
}

/** The same for entries that have it somewhere in one of them. */
export function hasPart(attributes: readonly string[], text: string): string {
  return `(|${attributes.map((name) => `(${name}=*${escaped(text)}*)`).join('')})`
}

function escaped(text: string): string {
  return text.replace(/[\\*()\0]/g, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
