import { fingerprint } from '@provisioner/shared/desired.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { PRESENCE } from '@provisioner/shared/ledger/undone.ts'
import { namesOf, type WantedGroup } from '../plan/plan-group.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'
import { toWantedGroup } from './to-wanted.ts'
import { ABSENT_SAID, isKeptActive, type UndoneOfScan } from './undone-of-scan.ts'

/** What a scan has of managed groups. */
interface ScannedGroups {
  readonly groups: readonly WantedGroup[]
  /** Ids of all groups that are there, those without a name and those without an id included. */
  readonly presentGroups: ReadonlySet<string>
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
}

/** What the scan itself says. @param unread groups that are there and show no id */
export function pictureOf(
  { managed, nameless }: Pick<DirectoryGroups, 'managed' | 'nameless'>,
  members: ScannedGroups['members'],
  unread: ReadonlyMap<string, string>,
): ScannedGroups {
  const present = new Set([...managed, ...nameless].map(({ id }) => id))
  return { groups: managed.map(toWantedGroup), presentGroups: present.union(unread), members }
}

/**
 * The groups and their members as they are to be, given what was undone of them: a name that is kept is their only one,
 * a group that was deleted is there as it was called, one whose creation was undone is not, and members come and go.
 *
 * @param isInDoubt whether not everything may have been read of a group's members
 */
export function withUndoneGroups(
  undone: UndoneOfScan,
  { groups, presentGroups, members }: ScannedGroups,
  isInDoubt: (groupId: string) => boolean,
): ScannedGroups {
  const managed = new Map(groups.map((group) => [group.id, group]))
  const saidBy = (id: string, name: string) => {
    const group = managed.get(id)
    if (name === PRESENCE) return group ? 'active' : presentGroups.has(id) ? undefined : ABSENT_SAID
    return group && fingerprint(namesOf(group).sort())
  }
  const [wanted, present] = [new Map(managed), new Set(presentGroups)]
  for (const [id, one] of undone.groups(saidBy)) {
    const name = String(one.kept['name']?.to ?? managed.get(id)?.name ?? one.label)
    const isThere = managed.has(id) ? one.kept[PRESENCE]?.to !== 'deleted' : isKeptActive(one)
    if (isThere) {
      const { otherNames: _others, ...group } = managed.get(id) ?? { id, dn: one.dn }
      wanted.set(id, one.kept['name'] || !managed.has(id) ? { ...group, name } : managed.get(id)!)
      present.add(id)
    } else if (managed.has(id)) {
      wanted.delete(id)
      present.delete(id)
    }
  }
  for (const id of undone.unreadable.groups) {
    wanted.delete(id)
    present.add(id)
  }
  return {
    groups: [...wanted.values()],
    presentGroups: present,
    members: withUndoneMembers(undone, members, isInDoubt),
  }
}

function withUndoneMembers(
  undone: UndoneOfScan,
  members: ScannedGroups['members'],
  isInDoubt: (groupId: string) => boolean,
): ScannedGroups['members'] {
  const isIn = (id: string) => {
    const { groupId, userId } = membershipSides(id)
    return isInDoubt(groupId) ? undefined : members.get(groupId)?.has(userId) ? 'active' : ABSENT_SAID
  }
  const kept = undone.memberships(isIn)
  if (kept.size === 0) return members
  const wanted = new Map(members)
  for (const [id, one] of kept) {
    const { groupId, userId } = membershipSides(id)
    const those = new Set(wanted.get(groupId))
    if (isKeptActive(one)) those.add(userId)
    else those.delete(userId)
    wanted.set(groupId, those)
  }
  return wanted
}
