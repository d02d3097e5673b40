import { readProblemsWith } from '@provisioner/shared/ledger/about-entity.ts'
import { maskedNames, zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { PRESENCE } from '@provisioner/shared/ledger/undone.ts'
import { formatEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { plain } from '../explained-entry.ts'
import type { Named } from '../find-named.ts'
import { isAbout, withUnknownNames } from '../reported-of-entry.ts'
import { maskedKept } from '../undo/list-undone.ts'
import type { Explained, Link } from './explained.ts'
import { groupsOfUser } from './groups-of-user.ts'
import { knownOf, type KnownOf } from './known-of.ts'
import { leaverOf } from './leaver.ts'
import { lookAtZendesk, type ZendeskLook } from './look-at-zendesk.ts'
import { membersOfGroup } from './members-of-group.ts'
import {
  EntryUnidentifiedError,
  readEntry,
  type EntrySources,
  type GroupEntry,
  type PersonEntry,
} from './read-entry.ts'
import { verdictOn } from './verdict.ts'

const NOT_ASKED: ZendeskLook = { status: 'not asked', why: '--no-live' }

/**
 * All that is known of one person or group to a connection: by its directory, its ledger, BullMQ, and a look at Zendesk
 * unless `live` is false. Writes nothing.
 *
 * @throws EntryUnidentifiedError, and whatever the directory throws
 */
export async function explainOne(
  sources: PlanSources & EntrySources,
  named: Named,
  { live }: { live: boolean },
  signal: AbortSignal,
): Promise<Explained> {
  const { connection, redis, directory } = sources
  const { kind, id } = named
  if (id === undefined) throw new EntryUnidentifiedError(named.dn, connection.directory.id)
  const [found, known] = await Promise.all([
    named.isInDirectory ? readEntry(sources, named.dn, signal) : undefined,
    knownOf(redis, connection, { kind, id }),
  ])
  const person = found?.kind === 'user' ? found : undefined
  const group = found?.kind === 'group' ? found : undefined
  const { record } = known
  const dn = found?.entry.dn ?? record?.dn ?? named.dn
  // Zendesk is asked beside all else.
  const looked = record?.zendeskId == null ? null : live ? lookAtZendesk(sources, record, signal) : NOT_ASKED
  const [zendesk, undone, stored, leaver, groups, members] = await Promise.all([
    looked,
    keptOf(sources, { kind, id }),
    readProblemsWith(redis, connectionName(connection), [id, JSON.stringify(dn).slice(1, -1)]),
    kind === 'user' ? leaverOf({ connection, directory }, { id, entry: person, known }, signal) : undefined,
    kind === 'user' ? groupsOfUser(sources, id, person, known.held) : undefined,
    group && group.name !== null
      ? membersOfGroup(sources, group, record as GroupRecord | undefined, known.held, signal)
      : undefined,
  ])
  const told = stored.filter(({ problem }) => isAbout(problem, { id, dn }))
  const { traces, unknown } = person ? withUnknownNames(person.mapping.attributes, stored) : { traces: [], unknown: [] }
  const problems = [...told, ...unknown]
  const name = nameOf(sources, { person, group, known, label: named.label, dn: dn || id })
  const own = told.map(({ problem }) => problem).filter(({ subject }) => subject === kind)
  const verdict = verdictOn({
    kind,
    name,
    connection: connection.id,
    known,
    leaver,
    leftOut: person?.mapping.kind === 'rejected' ? person.mapping.problems[0] : undefined,
    unmanaged: kind === 'group' ? unmanaged(group) : undefined,
    inHistory: named.inHistory,
    problems: own,
    undone: undone[PRESENCE],
  })
  const { measures, entitlements } = known
  const categories = new Set(known.held.map(({ category }) => category as string))
  return {
    connection: connection.id,
    kind,
    name,
    verdict,
    dn,
    id,
    isInDirectory: found !== undefined,
    objectClasses: found?.objectClasses ?? [],
    ...(group && { group: { name: group.name, members: group.members.size } }),
    location: person?.scope.location ?? null,
    outOfScope: person?.scope.outOfScope ?? group?.outOfScope ?? [],
    disabledBy: person?.disabledBy ?? null,
    expiresAt: person?.expiresAt ?? null,
    zendeskId: record?.zendeskId ?? null,
    link: linkOf(known),
    zendesk,
    waiting: known.waiting,
    underWay: known.underWay,
    held: known.held,
    measures: Object.fromEntries(Object.entries(measures).filter(([category]) => categories.has(category))),
    decided: known.decided,
    leaving: leaver?.grace ?? null,
    kept: entitlements && {
      role: typeof entitlements.attributes['role'] === 'string' ? entitlements.attributes['role'] : null,
      groups: entitlements.groups.length,
    },
    undone,
    ...(groups && { groups }),
    ...(members && { members }),
    ...(person && { mapping: { ...person.mapping, attributes: traces } }),
    problems,
  }
}

async function keptOf({ reader, connection }: PlanSources, one: EntityName): Promise<Explained['undone']> {
  const { values } = await reader.storedUndone()
  return maskedKept(values.get(formatEntityMember(one))?.kept ?? {}, zendeskNamesMasked(connection.users.map))
}

function unmanaged(group: GroupEntry | undefined): string | undefined {
  if (!group) return 'the directory has no such group any more, or the bind DN may not read it'
  return group.name === null ? group.outOfScope.join('; ') : undefined
}

/** The name that the mapping gives, or that was written, unless it is masked; else the address, or the DN. */
function nameOf(
  { connection }: Pick<PlanSources, 'connection'>,
  {
    person,
    group,
    known: { record },
    label,
    dn,
  }: {
    person: PersonEntry | undefined
    group: GroupEntry | undefined
    known: KnownOf
    label: string | null
    dn: string
  },
): string {
  const otherwise = label ?? dn
  if (group) return group.name ?? otherwise
  if (maskedNames(connection.users.map).includes('name')) return otherwise
  const trace = person?.mapping.attributes.find(({ attribute }) => attribute === 'name')
  const mapped = trace?.result === undefined ? undefined : plain(trace.result)
  const written = (record as UserRecord | undefined)?.applied
  const name = mapped ?? (written && 'attributes' in written ? written.attributes['name'] : undefined)
  return typeof name === 'string' && name !== '' ? name : otherwise
}

function linkOf({ record, firstReleasedAt }: KnownOf): Link | null {
  if (record?.zendeskId == null) return null
  const { zendeskId, origin, appliedRevision, applied, suspendedByUs } = record
  const role = applied && 'attributes' in applied ? applied.attributes['role'] : undefined
  return {
    zendeskId,
    origin,
    firstReleasedAt,
    appliedAt: appliedRevision || null,
    presence: applied?.presence ?? null,
    role: typeof role === 'string' ? role : null,
    suspendedByUs,
  }
}
