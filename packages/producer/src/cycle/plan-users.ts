import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { appliedRole, isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { EntityPlan } from '../plan/change.ts'
import { planRemoval, planUser, type FoundUser, type UserPolicy } from '../plan/plan-user.ts'
import type { RemovalCause, WantedUser } from '../plan/wanted-user.ts'
import type { DirectoryPicture } from './directory-picture.ts'

/** Marks in `seen` that an absence is answered: the leaver is suspended, or was never written. */
export const ABSENT = 'absent'

/** What the plan of users hands to the rest of the cycle. */
export interface UsersPlan {
  readonly plans: ReadonlyMap<string, EntityPlan>
  /** Fingerprints that are answered by entities without plans or problems. */
  readonly prints: ReadonlyMap<string, string>
  /** Ids of users that Zendesk holds, or will hold when the plan is enacted. */
  readonly existing: ReadonlySet<string>
  /** Of the existing: those whose role makes them team members although the mapping alone would not. */
  readonly keptTeam: ReadonlySet<string>
  /** How many users were in our care before. */
  readonly known: number
  appliedOf(id: string): UserAttributes
}

/** Plans every candidate, every absent user, and every rejected one who is disabled. */
export async function planUsers({
  picture,
  reader,
  policy,
  find,
  causeOf,
  ignoreSeen,
}: {
  picture: DirectoryPicture
  reader: LedgerReader
  policy: UserPolicy
  /** Looks for entries among Zendesk's users. */
  find: (wanted: readonly WantedUser[]) => Promise<ReadonlyMap<string, FoundUser>>
  /** Why an entry is no longer in scope. */
  causeOf: (absent: readonly UserRecord[]) => Promise<ReadonlyMap<string, RemovalCause>>
  ignoreSeen: boolean
}): Promise<UsersPlan> {
  const plans = new Map<string, EntityPlan>()
  const prints = new Map<string, string>()
  const existing = new Set<string>()
  const keptTeam = new Set<string>()
  const applied = new Map<string, UserAttributes>()
  let known = 0

  const absent: string[] = []
  for await (const ids of reader.ids('user')) {
    const gone = ids.filter((id) => !picture.present.has(id))
    for (const id of ids) if (picture.present.has(id)) existing.add(id)
    const answered = ignoreSeen ? [] : await reader.seen('user', gone)
    absent.push(...gone.filter((_id, i) => answered[i] !== ABSENT))
  }
  known = existing.size

  const wanted = [...picture.candidates.values()]
  const records = await reader.records<UserRecord>(
    'user',
    wanted.map((user) => user.id),
  )
  const unlinked = wanted.filter((_user, i) => needsLookUp(records[i]))
  const found = await find(unlinked)
  wanted.forEach((user, i) => {
    const record = records[i]
    const hit = found.get(user.id)
    const held = hit?.applied ?? record?.applied
    const plan = planUser({ wanted: user, record, found: hit }, policy)
    plans.set(user.id, plan)
    if (plan.problems.length === 0 && !plan.switchedOff) prints.set(user.id, picture.fingerprints.get(user.id)!)
    if (held) applied.set(user.id, held.attributes)
    if (plan.change?.operation === 'create user' || hit) existing.add(user.id)
    if (held && isTeamRole(held.attributes['role']) && !policy.allowDowngrade) keptTeam.add(user.id)
  })

  const leavers = (await reader.records<UserRecord>('user', absent)).filter((record) => record !== undefined)
  known += leavers.length
  const disabled = [...picture.rejected].filter(([id, { disabled: off }]) => off && existing.has(id)).map(([id]) => id)
  const rejected = (await reader.records<UserRecord>('user', disabled)).filter((record) => record !== undefined)
  const causes = await causeOf(leavers.filter((record) => record.applied !== null))
  for (const record of [...leavers, ...rejected]) {
    const cause = causes.get(record.id) ?? (picture.present.has(record.id) ? 'disabled' : 'deleted')
    const { id, dn, label } = record
    const plan = planRemoval({ kind: 'user', id, dn, label, cause, applied: record.applied, record }, policy)
    plans.set(id, plan)
    if (!picture.present.has(id)) prints.set(id, ABSENT)
  }
  return { plans, prints, existing, keptTeam, known, appliedOf: (id) => applied.get(id) ?? {} }
}

/** Of users that no mapping makes team members, those who are team members in Zendesk all the same. */
export async function keptTeamMembers(reader: LedgerReader, ids: readonly string[]): Promise<Set<string>> {
  const records = await reader.records<UserRecord>('user', ids)
  return new Set(records.flatMap((record) => (record && isTeamRole(appliedRole(record)) ? [record.id] : [])))
}

/** An entry is looked for in Zendesk unless it is linked, or its creation was released after a look-up already. */
function needsLookUp(record: UserRecord | undefined): boolean {
  if (!record) return true
  return record.zendeskId === null && !(record.operation === 'create user' && record.revision > record.appliedRevision)
}
