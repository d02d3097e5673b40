import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { AgentsInWant } from '../../cycle/agents-in-want.ts'
import { judgeGroups } from '../../cycle/groups-in-doubt.ts'
import { memberIndex, roleIndex } from '../../cycle/member-index.ts'
import { SilentZeros } from '../../cycle/silent-zeros.ts'
import { toWanted } from '../../cycle/to-wanted.ts'
import { UnknownNames } from '../../cycle/unknown-names.ts'
import { unidentifiedEntry } from '../../cycle/unread-entries.ts'
import type { Directory } from '../../directory/directory.ts'
import { Evaluator } from '../../expressions/evaluator.ts'
import type { Effort } from '../../mapping/evaluation.ts'
import type { Mapped } from '../../mapping/mapped.ts'
import { compileMapping } from '../../mapping/mapping.ts'
import { GroupDoubts } from '../../source/group-doubts.ts'
import { readLocation, type SourceUser } from '../../source/read-users.ts'
import { describeApiUser } from './api-user.ts'
import type { KnownAccount } from './check-account.ts'
import type { SeenGroups } from './check-groups.ts'
import { describeGroups } from './describe-groups.ts'
import { ofError, ofProblem, type Finding, type Tell } from './finding.ts'
import type { DirectorySize } from './memory-needed.ts'
import { SameProblems } from './same-problems.ts'

export interface SeenDirectory {
  readonly directory: Directory
  readonly connection: ConnectionConfig
  readonly groups: SeenGroups
  readonly account?: KnownAccount | undefined
  readonly log: Logger
}

/** Half a minute or so for expressions that never end. */
const EFFORT = { stops: 12, forNew: 6 }

/** What one location has. */
interface Counted {
  people: number
  disabled: number
}

/**
 * Reads the people of a connection, maps them, and tells of each location how many there are, and of the mapping what
 * would come of it. Nothing is compared with what was read before.
 *
 * @returns how many users and memberships Zendesk gets; undefined where not everything was read
 */
export async function lookAtPeople(
  { directory, connection, groups: { groups, isWhole }, account, log }: SeenDirectory,
  signal: AbortSignal,
  tell: Tell,
): Promise<DirectorySize | undefined> {
  await using evaluator = new Evaluator({ log })
  const mapping = compileMapping(connection.users, connection.directory, evaluator.evaluate)
  const membership = memberIndex(groups)
  const groupDoubts = new GroupDoubts(groups.tree, new Set())
  const zeros = new SilentZeros(connection)
  const rolesOf = roleIndex(groups)
  const names = account?.names.get(connection.id)
  const [unknown, agents] = [new UnknownNames(), new AgentsInWant(connection.users.map)]
  const problems = new SameProblems()
  const effort: Effort = { ...EFFORT }
  const present = new Set<string>()
  const apiUsers = new Set<string>()
  const now = Date.now()
  let enabled = 0

  const take = (mapped: Mapped, counted: Counted) => {
    if (mapped.disabled === true) counted.disabled++
    else enabled++
    if (mapped.kind === 'rejected') return problems.add(mapped.problems)
    zeros.noteMapped(mapped)
    if (mapped.email.toLowerCase() === account?.user.email?.toLowerCase()) apiUsers.add(mapped.id)
    problems.add(names ? toWanted(mapped, names, { unknown, agents }).problems : mapped.problems)
  }
  const read = async (users: readonly SourceUser[], counted: Counted) => {
    const news = users.filter(({ entry }) => !present.has(entry.id) && present.add(entry.id))
    for (const user of news) {
      membership.note(user)
      groupDoubts.note(user)
    }
    const entries = news.map((user) => ({
      entry: user.entry,
      context: { groupsOf: () => zeros.noteRoles(rolesOf(user)), now },
    }))
    for (const mapped of await mapping.mapAll(entries, effort)) take(mapped, counted)
  }

  const hits = connection.users.locations.map(() => 0)
  const inLocation = connection.users.locations.map(() => 0)
  for (const [i, { group }] of connection.users.locations.entries()) {
    const about = `users.locations[${i}]`
    if (group !== undefined && !isWhole) {
      hits[i] = -1
      tell({ level: 'unknown', about, what: 'Not looked at, since not all groups can be read' })
      continue
    }
    const counted = { people: 0, disabled: 0 }
    const from = { directory, connection, tree: groups.tree, attributesToRead: mapping.attributesToRead }
    try {
      for await (const page of readLocation(from, i, signal)) {
        problems.add(page.unidentified.map(({ dn }) => unidentifiedEntry('user', dn, connection.directory.id)))
        groupDoubts.notePeople(page.people)
        zeros.note(page.people)
        counted.people += page.users.length
        inLocation[i]! += page.users.length
        hits[i]! += page.users.length + page.unidentified.length
        await read(page.users, counted)
      }
      if (hits[i] !== 0) tell({ level: 'ok', about, what: describe(counted, connection, i) })
    } catch (error) {
      signal.throwIfAborted()
      hits[i] = -1
      tell(ofError(about, error))
    }
  }

  const isAllRead = isWhole && !hits.includes(-1)
  const doubts = judgeGroups(groups, groupDoubts, inLocation)
  const told = new Set(doubts.problems.map(({ dn }) => dn))
  const silent = await zeros.problems({ users: hits, groups, told }, (base) => directory.attributeTypes(base, signal))
  tell(
    ...silent.filter(({ code }) => isAllRead || code !== 'MAPPING_EMPTY').map(ofSilence),
    ...problems.findings(),
    ...[...unknown.problems(connection.id), ...(names ? agents.problems(connection.id, names) : [])].map((one) =>
      ofProblem('warning', one.attribute ?? 'mapping', one),
    ),
  )
  if (!isWhole) return undefined
  const memberships = [...membership.members.values()].reduce((sum, { size }) => sum + size, 0)
  if (isAllRead) {
    tell(...doubts.problems.map(ofDoubt), ...describeGroups(connection, groups, membership.members))
    if (account) tell(...describeApiUser(connection, account, { groups, members: membership.members, apiUsers }))
  }
  return isAllRead ? { users: enabled, memberships } : undefined
}

function describe({ people, disabled }: Counted, { directory, users }: ConnectionConfig, i: number): string {
  const { base, group } = users.locations[i]!
  const who = people === 1 ? '1 person' : `${people} people`
  const off = disabled === 0 ? '' : `, ${disabled} of them disabled,`
  const told = directory.status === undefined ? '; no attribute says who is disabled (directory.status is not set)' : ''
  return `${who}${off} ${group === undefined ? '' : `in '${group}' `}below '${base}'${told}`
}

/** A name that a mapping or a filter has for nothing, and a location without anybody, stop what they are for. */
function ofSilence(problem: Problem): Finding {
  const [, about = 'mapping'] =
    /\.((?:users|groups)\.locations\[\d+\]|users\.map\.[\w.]+?|directory\.[\w.]+?|map\.\w+)(?:\.[^.]*)?$/.exec(
      problem.id,
    ) ?? []
  const isStop = problem.code === 'LOCATION_EMPTY' || problem.code === 'ATTRIBUTE_UNKNOWN'
  return ofProblem(isStop ? 'failed' : 'warning', problem.attribute ?? about, problem)
}

function ofDoubt(problem: Problem): Finding {
  return ofProblem(problem.code === 'GROUP_EMPTY' ? 'warning' : 'failed', 'groups', problem)
}
