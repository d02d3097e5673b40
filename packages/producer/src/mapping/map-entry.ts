import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

import type { Entry } from '../directory/entry.ts'
import type { CompiledAttribute } from './compile-attribute.ts'
import type { Evaluated } from './expression-fault.ts'
import { problemOf, type Fault } from './fault.ts'
import type { Outcome } from './attribute-outcome.ts'
import { mapAttribute } from './map-attribute.ts'
import type { Mapped } from './mapped.ts'
import { reconcileRoles } from './roles.ts'
import { statusOf } from './status.ts'
import type { Trace } from './trace.ts'

/** A connection's mapping, ready to run. */
export interface CompiledMapping {
  readonly attributes: readonly CompiledAttribute[]
  /** What tells who is disabled. */
  readonly disabling: Pick<DirectoryConfig, 'status' | 'expires'>
  /** Object classes of people, in lower case. */
  readonly personClasses: readonly string[]
  readonly externalId: 'directoryId' | 'mapped or none'
  readonly createOnly: readonly string[]
  readonly masked: readonly string[]
  readonly tagsMode: 'merge' | 'replace'
  /** Whether the mapping may make admins. */
  readonly allowAdmin: boolean
}

/** What of the world an entry is mapped with. */
export interface EntryContext {
  /** Keys of the groups that decide something and that the entry is in. */
  readonly groups: ReadonlySet<string>
  /** What the expressions yielded, by attribute. */
  readonly evaluated: ReadonlyMap<string, Evaluated>
  /** Milliseconds since the epoch: by then an account may have expired. */
  readonly now: number
}

const FIELD = 'user_fields.'

/**
 * Maps one entry, the expressions being evaluated already. One that fails in any attribute is left out with the reason:
 * a user who is half written is noticed by nobody. A trace watches, and changes nothing.
 */
export function mapEntry(
  mapping: CompiledMapping,
  entry: Entry,
  { groups, evaluated, now }: EntryContext,
  trace?: Trace,
): Mapped {
  const { disabled, attribute: status = 'status', fault } = statusOf(entry, mapping.disabling, now)
  const problems: Problem[] = []
  if (fault !== undefined) problems.push(problemOf(fault, entry, status, false))
  const noPerson = otherThanPerson(entry, mapping.personClasses)

  const attributes: Record<string, AttributeValue> = {}
  const fields: [key: string, value: string | number | boolean][] = []
  const alternatives: Record<string, readonly AttributeValue[]> = {}
  const empty: string[] = []
  let failed = false

  for (const attribute of mapping.attributes) {
    const { name, masked, clears } = attribute
    const recorder = trace?.of(name, masked)
    const inputs = { entry, groups, evaluated: evaluated.get(name) }
    const outcome = required(name, mapAttribute(attribute, inputs, recorder), noPerson)

    const problem = outcome.fault && problemOf(outcome.fault, entry, name, masked)
    if (problem !== undefined) problems.push(problem)
    if (outcome.kind === 'failed') failed = true
    if (outcome.kind === 'empty' && clears) empty.push(name)
    if (outcome.kind === 'set') {
      if (name.startsWith(FIELD)) fields.push([name.slice(FIELD.length), outcome.value as string | number | boolean])
      else attributes[name] = outcome.value
      if (outcome.others !== undefined) alternatives[name] = outcome.others
    }
    recorder?.end(outcome, clears, problem)
  }

  const about = { id: entry.id, dn: entry.dn, disabled, problems }
  const { email, name } = attributes
  if (typeof email !== 'string' || typeof name !== 'string') return { kind: 'rejected', ...about }

  if (fields.length > 0) attributes['user_fields'] = Object.fromEntries(fields)
  if (mapping.externalId === 'directoryId') attributes['external_id'] = entry.id
  const roleFault = reconcileRoles(attributes, alternatives, mapping, trace)
  if (roleFault) problems.push(problemOf(roleFault, entry, 'role', false))
  if (failed) return { kind: 'rejected', ...about }

  const { createOnly, masked, tagsMode } = mapping
  const cleared = empty.length > 0 ? empty : NONE
  const mapped = { kind: 'mapped' as const, ...about, email, attributes, empty: cleared, createOnly, masked, tagsMode }
  return Object.keys(alternatives).length === 0 ? mapped : { ...mapped, alternatives }
}

/** One for all: a first load holds a hundred thousand entries. */
const NONE: readonly string[] = []

/** The object classes of an entry that is no person, as far as it shows them. */
function otherThanPerson({ attributes }: Entry, personClasses: readonly string[]): string | undefined {
  const classes = attributes.get('objectclass') ?? []
  if (classes.length === 0 || classes.some((name) => personClasses.includes(String(name).toLowerCase())))
    return undefined
  return classes
    .map(String)
    .filter((name) => name.toLowerCase() !== 'top')
    .join(', ')
}

/** A user without an address or a name is none: what is merely empty elsewhere is at fault here. */
function required(attribute: string, outcome: Outcome, noPerson: string | undefined): Outcome {
  if (outcome.kind !== 'empty') return outcome
  if (attribute === 'email') return missing('EMAIL_MISSING', 'mail address', noPerson)
  if (attribute === 'name') return missing('NAME_MISSING', 'name', noPerson)
  return outcome
}

function missing(code: string, what: string, noPerson: string | undefined): Outcome {
  const fault: Fault = {
    code,
    what: () =>
      noPerson === undefined
        ? `The entry has no ${what}: none of the mapped directory attributes has a value that the bind DN can read`
        : `The entry is no person (${noPerson}), and has no ${what}`,
    todo:
      noPerson === undefined
        ? 'Add it in the directory, map another attribute, or leave the entry out by the filter of users.locations'
        : 'Leave it out by the filter of users.locations; if it is a person, name its class in directory.personClasses',
  }
  return { kind: 'failed', fault }
}
