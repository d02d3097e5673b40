import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Directory } from '../directory/directory.ts'
import type { MappedUser } from '../mapping/mapped.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { chooseValues, fingerprintOf, holdingsOf } from '../plan/choose-values.ts'
import type { WantedGroup } from '../plan/plan-group.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { GroupDoubts } from '../source/group-doubts.ts'
import { readGroups } from '../source/read-groups.ts'
import { readUsers } from '../source/read-users.ts'
import { judgeGroups, type GroupsInDoubt } from './groups-in-doubt.ts'
import { memberIndex, roleIndex } from './member-index.ts'
import type { Names } from './names.ts'
import { roleGroupsOf } from './user-policy.ts'
import { unidentifiedEntry } from './picture-problems.ts'
import { TwinFinder } from './twins.ts'

/** All that one complete read of the directory says. */
export interface DirectoryPicture {
  /** Entries that the ledger does not answer yet: new, or changed since they were planned. */
  readonly candidates: ReadonlyMap<string, WantedUser>
  /** Fingerprints of the candidates, to be remembered once they are answered. */
  readonly fingerprints: ReadonlyMap<string, string>
  /** Ids of all entries in scope, mapped or not: whoever is not among them is absent. */
  readonly present: ReadonlySet<string>
  /** Ids in scope that can't be planned; they stay as they are, unless they are disabled and linked. */
  readonly rejected: ReadonlyMap<string, { readonly dn: string; readonly disabled: boolean }>
  /** Ids of entries in scope that are disabled, rejected ones included. */
  readonly disabled: ReadonlySet<string>
  /** Candidates that are not looked for in Zendesk: what they would be found by is another entry's. */
  readonly yielding: ReadonlySet<string>
  readonly groups: readonly WantedGroup[]
  readonly presentGroups: ReadonlySet<string>
  /** Group id → ids of the users in scope who are in it. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
  /** Ids of users whose mapped role makes them team members. */
  readonly team: ReadonlySet<string>
  /** What of the groups may not be all. */
  readonly doubts: GroupsInDoubt
  readonly problems: readonly Problem[]
}

/**
 * Reads groups, then streams users page by page, maps them and sets aside those that the ledger answers already.
 *
 * @throws whatever makes the scan incomplete: then nothing is planned
 */
export async function readDirectory(
  {
    directory,
    connection,
    mapping,
    names,
    reader,
    ignoreSeen,
  }: {
    directory: Directory
    connection: ConnectionConfig
    mapping: Mapping
    names: Names
    reader: LedgerReader
    /** True after the mapping or a policy changed: every entry is planned anew. */
    ignoreSeen: boolean
  },
  signal: AbortSignal,
): Promise<DirectoryPicture> {
  const roles = roleGroupsOf(connection.users)
  const groups = await readGroups(directory, connection, roles, signal)
  const membership = memberIndex(groups)
  const roleGroups = roleIndex(groups)
  const groupDoubts = new GroupDoubts(groups.tree, await reader.shownGroups())
  const inLocation = connection.users.locations.map(() => 0)

  const candidates = new Map<string, WantedUser>()
  const fingerprints = new Map<string, string>()
  const present = new Set<string>()
  const rejected = new Map<string, { dn: string; disabled: boolean }>()
  const disabled = new Set<string>()
  const team = new Set<string>()
  const severalRoles: WantedUser[] = []
  const twins = new TwinFinder(connection.users.map.external_id ? ['email', 'external_id'] : ['email'])
  const problems: Problem[] = []

  for await (const page of readUsers(directory, connection, groups.tree, mapping.attributesToRead, signal)) {
    problems.push(...page.unidentified.map((dn) => unidentifiedEntry(dn, connection.directory.id)))
    inLocation[page.location]! += page.users.length
    groupDoubts.notePeople(page.people)
    const wanted: { user: WantedUser; print: string; problems: readonly Problem[] }[] = []
    const news = page.users.filter(({ entry }) => !present.has(entry.id) && present.add(entry.id))
    for (const user of news) {
      membership.note(user)
      groupDoubts.note(user)
    }
    const mappings = news.map((user) => ({ entry: user.entry, context: { groupsOf: () => roleGroups(user) } }))
    for (const mapped of await mapping.mapAll(mappings)) {
      if (mapped.disabled === true) disabled.add(mapped.id)
      if (mapped.kind === 'mapped') wanted.push(toWanted(mapped, names))
      else {
        problems.push(...mapped.problems)
        rejected.set(mapped.id, { dn: mapped.dn, disabled: mapped.disabled === true })
      }
    }
    const seen = ignoreSeen
      ? []
      : await reader.seen(
          'user',
          wanted.map(({ user }) => user.id),
        )
    wanted.forEach(({ user, print, problems: ofUser }, i) => {
      problems.push(...ofUser)
      twins.note(user)
      if (user.alternatives?.['role']) severalRoles.push(user)
      else if (isTeamRole(user.attributes['role'])) team.add(user.id)
      if (seen[i] === print) return
      candidates.set(user.id, user)
      fingerprints.set(user.id, print)
    })
  }

  const doubts = judgeGroups(groups, groupDoubts, inLocation)
  for (const id of await teamAmong(severalRoles, reader)) team.add(id)
  const { blocked, yielding, settled } = await twins.settle(candidates, reader, connection.users)
  for (const [id, user] of settled) candidates.set(id, user)
  for (const [id, { dn = '' }] of blocked) {
    rejected.set(id, { dn, disabled: disabled.has(id) })
    candidates.delete(id)
  }
  return {
    candidates,
    fingerprints,
    present,
    rejected,
    disabled,
    yielding,
    groups: groups.managed.map(({ id, dn, name, otherNames }) => ({ id, dn, name, otherNames })),
    presentGroups: new Set([...groups.managed, ...groups.nameless].map((group) => group.id)),
    members: membership.members,
    team,
    doubts,
    problems: [
      ...problems,
      ...doubts.problems,
      ...blocked.values(),
      ...groups.nameless.map((g) => namelessGroup(g, connection)),
    ],
  }
}

function toWanted(mapped: MappedUser, names: Names): { user: WantedUser; print: string; problems: readonly Problem[] } {
  const { id, dn, email, disabled, tagsMode } = mapped
  const { attributes, alternatives, empty, createOnly, problems } = names.resolve(mapped)
  const user: WantedUser = { id, dn, email, disabled, attributes, empty, createOnly, tagsMode }
  const whole = alternatives ? { ...user, alternatives } : user
  return { user: whole, print: fingerprintOf(whole), problems: [...mapped.problems, ...problems] }
}

/** Of entries with several roles, those that are team members by the one that counts. */
async function teamAmong(users: readonly WantedUser[], reader: LedgerReader): Promise<string[]> {
  const records = await reader.records<UserRecord>(
    'user',
    users.map(({ id }) => id),
  )
  const chosen = users.map((user, i) => chooseValues(user, holdingsOf(records[i])))
  return chosen.filter(({ attributes }) => isTeamRole(attributes['role'])).map(({ id }) => id)
}

function namelessGroup(group: { id: string; dn: string }, connection: ConnectionConfig): Problem {
  const attribute = connection.groups?.match ?? 'cn'
  return {
    code: 'GROUP_NAME_MISSING',
    subject: 'group',
    id: group.id,
    dn: group.dn,
    attribute,
    what: `The group has no value in '${attribute}', which is the Zendesk group's name`,
    todo: `Give it one in the directory, or choose another attribute in groups.match`,
  }
}
