import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { appliedRole, isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { UsersPlan } from './plan-users.ts'

/** Who of a cycle's users can be in groups, by directory id. */
export interface TeamOfCycle {
  readonly team: ReadonlySet<string>
  /**
   * Users whose memberships Zendesk drops by itself, who are lowered or deleted. While the guard holds that, they stay.
   */
  readonly dropped: ReadonlySet<string>
  /** Leavers who have lost their seat, or lose it now: that they are in no group is as it should be. */
  readonly seatless: ReadonlySet<string>
}

/** Tells the team by the mapping, by what Zendesk holds, and by what the cycle plans. */
export async function teamOfCycle(
  picture: DirectoryPicture,
  users: UsersPlan,
  reader: LedgerReader,
): Promise<TeamOfCycle> {
  const members = new Set([...picture.members.values()].flatMap((ids) => [...ids]))
  const kept = await teamMembersAmong(reader, [...members.difference(picture.team)])
  const team = new Set([...picture.team, ...kept, ...users.keptTeam])
  const seatless = await seatlessAmong(reader, [...members.intersection(picture.disabled)])
  for (const id of seatless) team.delete(id)
  const dropped = new Set(users.gone)
  for (const [id, { change }] of users.plans) {
    if (change?.operation === 'delete user') dropped.add(id)
    const role = (change?.desired as Partial<DesiredUser> | undefined)?.attributes?.['role']
    if (role === undefined) continue
    if (isTeamRole(role)) {
      if (change?.operation === 'restore user') team.add(id)
      continue
    }
    team.delete(id)
    if (isTeamRole(users.knownOf(id).applied['role'])) dropped.add(id)
    if (change?.operation === 'suspend user') seatless.add(id)
  }
  return { team, dropped, seatless }
}

/** Of users that no mapping makes team members, those who are team members in Zendesk all the same. */
async function teamMembersAmong(reader: LedgerReader, ids: readonly string[]): Promise<string[]> {
  const records = await reader.records<UserRecord>('user', ids)
  return records.flatMap((record) => (record && isTeamRole(appliedRole(record)) ? [record.id] : []))
}

/** Of users whose entries are disabled, those who are suspended as end users, whatever the mapping makes them. */
async function seatlessAmong(reader: LedgerReader, ids: readonly string[]): Promise<Set<string>> {
  const records = await reader.records<UserRecord>('user', ids)
  const isSeatless = (record: UserRecord) =>
    record.applied?.presence === 'suspended' && record.suspendedByUs && !isTeamRole(appliedRole(record))
  return new Set(records.flatMap((record) => (record && isSeatless(record) ? [record.id] : [])))
}
