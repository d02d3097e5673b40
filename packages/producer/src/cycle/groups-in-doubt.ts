import type { Ids } from '../compact/subset.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { decidedBy, type GroupDoubt } from '../plan/ask-consent.ts'
import type { Change } from '../plan/change.ts'
import type { Doubt, GroupDoubts } from '../source/group-doubts.ts'
import type { GroupRoot } from '../source/group-tree.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'

/** What of the groups may not be all, and what follows. */
export interface GroupsInDoubt {
  readonly forAll: GroupDoubt
  /** Of managed groups by id: why a removal from them is asked for. */
  readonly managed: ReadonlyMap<string, Doubt>
  readonly problems: readonly Problem[]
  /** Problems of the groups that decide for all, told while something is held on their account. */
  readonly whenAsked: Readonly<Record<keyof GroupDoubt, readonly Problem[]>>
  /** The groups that show members now, as `GroupDoubts.shown` has them. */
  readonly shown: ReadonlySet<string>
}

/** For problems: what a group decides. */
const DECIDES: Readonly<Record<keyof GroupDoubt, string>> = {
  scope: 'decides who is in scope (users.locations)',
  managed: 'decides which groups are provisioned (groups.locations)',
  roles: 'decides roles or brands (byGroup)',
}

/** Judges every group that a scope, a role or a managed group depends on, once all users are read. */
export function judgeGroups(
  { managed, tree, roots }: DirectoryGroups,
  doubts: GroupDoubts,
  inLocation: readonly number[],
): GroupsInDoubt {
  const problems: Problem[] = []
  const whenAsked = { scope: [] as Problem[], managed: [] as Problem[], roles: [] as Problem[] }
  const judge = (of: readonly GroupRoot[], decider: keyof GroupDoubt) => {
    const unsure = of.flatMap((root) => {
      const doubt = doubts.of(root)
      const id = tree.get(root.key)?.id ?? root.key
      const empty = doubt ? undefined : doubts.emptiness(root)
      if (empty) problems.push(showsNobody(id, root.dn, DECIDES[decider], empty))
      if (!doubt) return []
      const told = doubt.certain ? problems : whenAsked[decider]
      const problem = unread(id, root.dn, DECIDES[decider], doubt)
      // What is not there has no id that a group could be told by.
      told.push(tree.has(root.key) ? problem : { ...problem, subject: 'connection' })
      return [doubt.what]
    })
    return unsure[0]
  }
  const forAll = {
    scope: judge(roots.users, 'scope'),
    managed: judge(roots.groups, 'managed'),
    roles: judge(roots.roles, 'roles'),
  }
  for (const { key, dn, nested, location } of roots.users) {
    const isTold = [...problems, ...whenAsked.scope].some((problem) => problem.dn === dn)
    const members = tree.membersOf(key, nested).size
    if (inLocation[location] === 0 && !isTold)
      problems.push(nobodyInScope(tree.get(key)?.id ?? key, dn, location, members))
  }
  const unsure = managed.flatMap(({ id, dn }, i) => {
    const root = roots.managed[i]!
    const doubt = doubts.of(root)
    if (doubt?.certain) problems.push(unread(id, dn, 'is provisioned', doubt))
    const silence = doubt ?? doubts.silence(root)
    return silence ? [[id, silence] as const] : []
  })
  const shown = doubts.shown([...roots.users, ...roots.groups, ...roots.roles, ...roots.managed])
  return { forAll, managed: new Map(unsure), problems, whenAsked, shown }
}

/** Why changes of the plan are asked for one by one. */
export function problemsAsked(
  { whenAsked }: GroupsInDoubt,
  changes: readonly Change[],
  present: Pick<Ids, 'has'>,
): Problem[] {
  const deciders = changes.flatMap((change) => {
    const user = change.kind === 'membership' ? membershipSides(change.id).userId : change.id
    return change.consent ? (decidedBy(change, present.has(user)) ?? []) : []
  })
  return [...new Set(deciders)].flatMap((decider) => whenAsked[decider])
}

/** Removals that a group in doubt asks for are held, and this says why. */
export function unread(id: string, dn: string, decides: string, { what, certain }: Doubt): Problem {
  return {
    code: 'GROUP_MEMBERS_UNREAD',
    subject: 'group',
    id,
    dn,
    what: `The group ${decides}, and its members can't be relied on: ${what}. What would be taken away for that is held`,
    todo:
      "Let the bind DN read the group, or name its attribute in 'directory.membership.group'. " +
      (certain
        ? 'If the group is not meant to be there, take it out of the configuration'
        : "If it really has lost them, approve what is held: see 'provisioner held'"),
  }
}

function showsNobody(id: string, dn: string, decides: string, { what }: Doubt): Problem {
  return {
    code: 'GROUP_EMPTY',
    subject: 'group',
    id,
    dn,
    what: `The group ${decides}, and nobody is in it: ${what}`,
    todo: "Nothing, if it is meant to be empty; else let the bind DN read its members, or name their attribute in 'directory.membership.group'",
  }
}

function nobodyInScope(id: string, dn: string, location: number, members: number): Problem {
  return {
    code: 'GROUP_EMPTY',
    subject: 'group',
    id,
    dn,
    what: `users.locations[${location}] has nobody in scope: of ${members} member${members === 1 ? '' : 's'} that its group names, none is a person below its base`,
    todo: 'Check the base of the location, and whether the group names people by DN or by uid',
  }
}
