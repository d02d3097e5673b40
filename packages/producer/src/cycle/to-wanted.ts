import type { Problem } from '@provisioner/shared/problem.ts'
import type { ManagedGroups } from '../mapping/managed-groups.ts'
import type { MappedUser } from '../mapping/mapped.ts'
import { fingerprintOf } from '../plan/choose-values.ts'
import type { WantedGroup } from '../plan/plan-group.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { DirectoryGroup } from '../source/group-tree.ts'
import type { AgentsInWant } from './agents-in-want.ts'
import type { Names } from './names.ts'
import type { Printed } from './unanswered.ts'
import type { UnknownNames } from './unknown-names.ts'

/**
 * A mapped user with Zendesk's ids in the place of names, their fingerprint, and what is told of the entry alone: what
 * is told once for many goes to its collectors.
 */
export function toWanted(
  mapped: MappedUser,
  names: Names,
  {
    unknown,
    agents,
    groups,
  }: { readonly unknown: UnknownNames; readonly agents: AgentsInWant; readonly groups?: ManagedGroups | undefined },
): Printed & { problems: readonly Problem[] } {
  const { id, dn, email, disabled, tagsMode } = mapped
  const { attributes, alternatives, empty, createOnly, problems, partial, lookups } = names.resolve(mapped, groups)
  const user: WantedUser = { id, dn, email, disabled, attributes, empty, createOnly, tagsMode }
  const more = { ...(alternatives && { alternatives }), ...(partial && { partial }), ...(lookups && { lookups }) }
  const whole = { ...user, ...more }
  agents.note(whole)
  const found = problems.length === 0 ? mapped.problems : [...mapped.problems, ...unknown.take(problems, email)]
  return { user: whole, print: fingerprintOf(whole), problems: found }
}

/** What a plan asks of a managed group's entry: without its members, of whom there may be many. */
export function toWantedGroup({
  id,
  dn,
  name,
  otherNames,
  atCreation,
}: DirectoryGroup & { readonly id: string }): WantedGroup {
  return { id, dn, name, otherNames, ...(atCreation && { atCreation }) }
}
