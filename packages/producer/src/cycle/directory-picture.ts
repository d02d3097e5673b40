import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { statusOf } from '../mapping/status.ts'
import type { WantedGroup } from '../plan/plan-group.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { GroupDoubts } from '../source/group-doubts.ts'
import { UserDoubts } from '../source/user-doubts.ts'
import { readGroups } from '../source/read-groups.ts'
import { readUsers } from '../source/read-users.ts'
import { addForeignMembers, type ForeignMembers } from './foreign-members.ts'
import { judgeGroups, type GroupsInDoubt } from './groups-in-doubt.ts'
import { managedGroups } from './managed-groups.ts'
import { memberIndex, roleIndex } from './member-index.ts'
import type { Names } from './names.ts'
import type { PlanSources } from './plan-sources.ts'
import { AgentsInWant } from './agents-in-want.ts'
import { roleGroupsOf } from './user-policy.ts'
import { ScannedEntries } from './scanned-entries.ts'
import { SilentZeros } from './silent-zeros.ts'
import { StatusReading } from './status-reading.ts'
import { teamAmong } from './team-among.ts'
import { TwinFinder } from './twins.ts'
import { toWanted } from './to-wanted.ts'
import { UndoneOfScan, type UndoneNoted } from './undone-of-scan.ts'
import { pictureOf, withUndoneGroups } from './undone-groups.ts'
import { UnknownNames } from './unknown-names.ts'
import { takeIn, usersWithoutEntry } from './users-without-entry.ts'
import { UntriedExpressions } from './untried-expressions.ts'
import { Unanswered, type Printed } from './unanswered.ts'
import { knownByDn, unidentifiedEntry } from './unread-entries.ts'
import { leaveUnread } from './leave-unread.ts'
import { LookupsOfScan, type SettledLookups } from './lookups-of-scan.ts'
import { namelessGroup } from './picture-problems.ts'
import { judgeUsers, type UsersInDoubt } from './judge-users.ts'

/** All that one complete read of the directory says. */
export interface DirectoryPicture {
  /** Entries that the ledger does not answer yet: new, or changed since they were planned. */
  readonly candidates: ReadonlyMap<string, WantedUser>
  /** Fingerprints of the candidates, to be remembered once they are answered. */
  readonly fingerprints: ReadonlyMap<string, string>
  /** Ids of all entries in scope, mapped or not: whoever is not among them is absent. */
  readonly present: Pick<ScannedEntries, 'has' | 'size' | 'none'>
  /**
   * Ids of what is there and shows no id, known by its DN → DN: users, who are rejected as well, and groups. It stays
   * as it is in Zendesk, memberships included.
   */
  readonly unread: { readonly users: ReadonlyMap<string, string>; readonly groups: ReadonlyMap<string, string> }
  /** Ids in scope that can't be planned; they stay as they are, unless they are disabled and linked. */
  readonly rejected: ReadonlyMap<string, { readonly dn: string; readonly disabled: boolean }>
  /** Ids of entries in scope that are disabled, rejected ones included. */
  readonly disabled: ReadonlySet<string>
  /** Ids of entries in scope of which nobody knows whether they are disabled. */
  readonly statusUnknown: ReadonlySet<string>
  /** Candidates that are not looked for in Zendesk: what they would be found by is another entry's. */
  readonly yielding: ReadonlySet<string>
  readonly groups: readonly WantedGroup[]
  readonly presentGroups: ReadonlySet<string>
  /** Group id → ids of the users in scope who are in it, and of those whom another connection has. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
  readonly foreign: ForeignMembers
  /** Ids of users whose mapped role makes them team members. */
  readonly team: ReadonlySet<string>
  /** True when the attribute that tells who is disabled was not read, so that nobody knows who is still disabled. */
  readonly statusUnread: boolean
  /** Groups of which not everything may have been read. */
  readonly doubts: GroupsInDoubt
  /** Users of whom not all groups that they name may have been read. */
  readonly usersInDoubt: UsersInDoubt
  readonly problems: readonly Problem[]
  /** Whom the mapping makes an agent and gives too little. */
  readonly agents: AgentsInWant
  readonly lookups: SettledLookups
  /** What was undone has been put in the place of what the directory says: what the cycle notes of it. */
  readonly undone: UndoneNoted & Pick<UndoneOfScan, 'isLost'>
}

/** What a read of the directory needs, and how much of it is planned. */
export interface ScanOptions extends Pick<
  PlanSources,
  'directory' | 'connection' | 'others' | 'redis' | 'mapping' | 'reader' | 'undone'
> {
  readonly names: Names
  /** True after the mapping or a policy changed: every entry is planned anew. */
  readonly ignoreSeen: boolean
  /** Ids of entries that are planned anew in any case. */
  readonly anew?: ReadonlySet<string>
  /** A filter: of the users, no others are read than it lets through. */
  readonly changed?: string
}

/**
 * Reads groups, then streams users page by page, maps them and sets aside those that the ledger answers already.
 *
 * @throws whatever makes the scan incomplete: then nothing is planned
 */
export async function scanDirectory(
  { directory, connection, others, redis, mapping, names, reader, undone: set, ignoreSeen, anew, changed }: ScanOptions,
  signal: AbortSignal,
): Promise<DirectoryPicture> {
  const undone = new UndoneOfScan(set ?? (await reader.storedUndone()))
  const roles = roleGroupsOf(connection.users)
  const groups = await readGroups(directory, connection, roles, signal)
  const managed = connection.users.map.default_group && (await managedGroups(groups.managed, connection, reader))
  const membership = memberIndex(groups)
  const roleGroups = roleIndex(groups)
  const groupDoubts = new GroupDoubts(groups.tree, await reader.shownGroups())
  const now = Date.now()
  const userDoubts = new UserDoubts(
    connection.directory.membership.group === false,
    await reader.shownUsers(),
    ({ entry }) => statusOf(entry, connection.directory, now).disabled === true,
  )
  const status = new StatusReading(connection)
  const zeros = new SilentZeros(connection)
  const inLocation = connection.users.locations.map(() => 0)
  const hits = connection.users.locations.map(() => 0)

  const present = new ScannedEntries()
  const naming = new LookupsOfScan(present)
  const unanswered = new Unanswered(ignoreSeen ? undefined : reader, naming, anew)
  const rejected = new Map<string, { dn: string; disabled: boolean }>()
  const [disabled, statusUnknown] = [new Set<string>(), new Set<string>()]
  const team = new Set<string>()
  const severalRoles: WantedUser[] = []
  const twins = new TwinFinder(present, connection.users.map.external_id ? ['email', 'external_id'] : ['email'])
  const unknown = new UnknownNames()
  const agents = new AgentsInWant(connection.users.map)
  const untried = await UntriedExpressions.begin(reader)
  const unidentified = new Set<string>()
  const problems: Problem[] = [...names.problems]

  for await (const page of readUsers(directory, connection, groups.tree, mapping.attributesToRead, signal, changed)) {
    for (const { dn } of page.unidentified) unidentified.add(dn)
    inLocation[page.location]! += page.users.length
    hits[page.location]! += page.users.length + page.unidentified.length
    groupDoubts.notePeople(page.people)
    userDoubts.notePeople(page.people)
    status.note(page.people)
    zeros.note(page.people)
    const wanted: (Printed & { problems: readonly Problem[] })[] = []
    const before = present.size
    const news = page.users.filter(({ entry }) => present.add(entry.id, entry.dn))
    for (const user of news) {
      membership.note(user)
      groupDoubts.note(user)
      userDoubts.note(user)
    }
    const mappings = news.map((user) => ({
      entry: user.entry,
      context: { groupsOf: () => zeros.noteRoles(roleGroups(user)), now },
    }))
    for (const [i, mapped] of (await mapping.mapAll(mappings, untried.effort)).entries()) {
      if (mapped.disabled === 'unknown') statusUnknown.add(mapped.id)
      if (mapped.kind === 'mapped') {
        zeros.noteMapped(mapped)
        const one = undone.ofUser(toWanted(mapped, names, { unknown, agents, groups: managed }))
        if (one.user.disabled === true) disabled.add(mapped.id)
        wanted.push(one)
        twins.note(one.user, before + i)
      } else {
        problems.push(...untried.take(mapped.problems))
        const isOff = undone.ofRejected(mapped.id, mapped.disabled)
        if (isOff) disabled.add(mapped.id)
        rejected.set(mapped.id, { dn: mapped.dn, disabled: isOff })
      }
    }
    for (const { user, problems: ofUser } of wanted) {
      problems.push(...ofUser)
      if (user.alternatives?.['role']) severalRoles.push(user)
      else if (isTeamRole(user.attributes['role'])) team.add(user.id)
    }
    await unanswered.note(wanted)
  }
  const unreadUsers = await knownByDn('user', unidentified, reader)
  const mayBeThere = { has: (id: string) => present.has(id) || unreadUsers.has(id) }
  const without = changed === undefined ? await usersWithoutEntry(undone, mayBeThere, reader) : []
  takeIn(without, { present, twins, team })
  await unanswered.note(without)
  const { candidates, fingerprints } = await unanswered.end()
  const foreign = await addForeignMembers(groups, { connection, others, reader, redis }, membership.members, signal)

  const doubts = judgeGroups(groups, groupDoubts, inLocation)
  const told = new Set([doubts.problems, ...Object.values(doubts.whenAsked)].flat().map(({ dn }) => dn))
  const silent = await zeros.problems({ users: hits, groups, told }, (base) => directory.attributeTypes(base, signal))
  for (const id of await teamAmong(severalRoles, reader)) team.add(id)
  const statusUnread = await status.isUnread([...candidates.keys(), ...rejected.keys()], reader)
  leaveUnread({ candidates, fingerprints }, { statusUnread, mappings: zeros.unread })
  const { blocked, yielding, settled } = await twins.settle(candidates, reader, connection.users, { statusUnread })
  for (const [id, user] of settled) candidates.set(id, user)
  for (const [id, { dn = '' }] of blocked) {
    rejected.set(id, { dn, disabled: disabled.has(id) })
    candidates.delete(id)
  }
  const unread = {
    users: new Map([...unreadUsers].filter(([id]) => !present.has(id))),
    groups: await knownByDn('group', groups.unidentified, reader),
  }
  for (const id of undone.unreadable.users) {
    unread.users.set(id, '')
    candidates.delete(id)
  }
  for (const [id, dn] of unread.users) {
    present.add(id, dn)
    rejected.set(id, { dn, disabled: false })
  }
  const found = { connection, reader, directory, isPart: changed !== undefined }
  const lookups = await naming.settle({ candidates, fingerprints }, found, signal)
  const read = pictureOf(groups, membership.members, unread.groups)
  const ofGroups = connection.groups ? withUndoneGroups(undone, read, (id) => doubts.managed.has(id)) : read
  return {
    candidates,
    fingerprints,
    unread,
    present,
    rejected,
    disabled,
    statusUnknown,
    yielding,
    ...ofGroups,
    undone: { ...undone.noted({ statusUnread, mappings: zeros.unread }), isLost: undone.isLost },
    foreign,
    team,
    statusUnread,
    doubts,
    usersInDoubt: judgeUsers(userDoubts, connection),
    agents,
    lookups,
    problems: [
      ...problems,
      ...unknown.problems(connection.id),
      ...untried.problems(connection.id),
      ...status.problems,
      ...silent,
      ...doubts.problems,
      ...foreign.problems,
      ...lookups.problems,
      ...blocked.values(),
      ...groups.nameless.map((g) => namelessGroup(g, connection)),
      ...[...unidentified].map((dn) => unidentifiedEntry('user', dn, connection.directory.id)),
      ...[...groups.unidentified].map((dn) => unidentifiedEntry('group', dn, connection.directory.id)),
    ],
  }
}
