import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { LOOK_AGAIN } from '@provisioner/shared/adoption/why-not-adopt.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { ABSENT, IGNORED, LEFT, OFFERED } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Ids } from '../compact/subset.ts'
import { asKnown, auditedLink, type EntityPlan } from '../plan/change.ts'
import { isLinkHeld } from '../plan/guard.ts'
import { chooseValues } from '../plan/choose-values.ts'
import { planUser, type FoundUser } from '../plan/plan-user.ts'
import { planRemoval } from '../plan/plan-removal.ts'
import type { UserPolicy } from '../plan/user-policy.ts'
import type { RemovalCause, WantedUser } from '../plan/wanted-user.ts'
import { policyOf } from '../plan/with-kept.ts'
import type { UserAudit } from './audit-users.ts'
import { conflict, hasMovedOn, mayTakeOver, takenFrom } from './conflicts.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { searchForGone } from './gone-users.ts'
import type { Owner } from './owners.ts'
import { scopeOfUsers } from './scope-of-users.ts'
import type { Takeover } from './takeovers.ts'
import { unreadEntry } from './unread-entries.ts'

/** What the plan of users hands to the rest of the cycle. */
export interface UsersPlan {
  readonly plans: ReadonlyMap<string, EntityPlan>
  /** Links of users who need no plan of their own: gone in Zendesk, or changed there by somebody else. */
  readonly links: readonly Link[]
  /** Fingerprints that are answered by entities without plans or problems. */
  readonly prints: ReadonlyMap<string, string>
  /** Ids of users that Zendesk holds, or will hold when the plan is enacted. */
  readonly existing: Ids
  /** Of the existing: those whose role makes them team members although the mapping alone would not. */
  readonly keptTeam: ReadonlySet<string>
  /** Ids of users whom Zendesk has no more, and with them their memberships. */
  readonly gone: ReadonlySet<string>
  /** Ids of absent users whose entries may only not have been read: they stay as they are. */
  readonly unread: ReadonlySet<string>
  /** Zendesk users of other connections that entries asked for → the entry's id. */
  readonly claims: ReadonlyMap<number, string>
  /** Leavers whom `remove: ignore` leaves alone, and whom earlier cycles counted already. */
  readonly ignored: number
  /** How many users were in our care before. */
  readonly known: number
  knownOf(id: string): { readonly applied: UserAttributes; readonly zendeskId: number | null }
}

export interface UserSources {
  readonly picture: DirectoryPicture
  readonly reader: LedgerReader
  readonly policy: UserPolicy
  readonly emailReuse: 'hold' | 'relink'
  readonly audit: UserAudit
  /**
   * Looks for entries among Zendesk's users; those that can't be looked up yet are left out of the plan. Users in
   * `gone`, whom Zendesk had until lately, are looked up to see whether they were merged.
   */
  readonly find: (
    wanted: readonly WantedUser[],
    gone: ReadonlySet<string>,
  ) => {
    readonly found: ReadonlyMap<string, FoundUser>
    readonly notNow: ReadonlySet<string>
  }
  /** Entries that are in Zendesk no more, and whose address another user has there by now. */
  readonly merged: ReadonlySet<string>
  /** Who owns the users that were found, by Zendesk id. */
  readonly ownersOf: (hits: ReadonlyMap<string, FoundUser>) => Promise<ReadonlyMap<number, Owner>>
  /** What keeps entries from simply being linked to the users that were found for them, by the entry's id. */
  readonly takeovers: ReadonlyMap<string, Takeover>
  /** Why an entry is no longer in scope. */
  readonly causesOf: (absent: readonly UserRecord[]) => Promise<ReadonlyMap<string, RemovalCause | 'unread'>>
  /** Which leavers another connection has asked for. */
  readonly claimed: (leavers: readonly UserRecord[]) => Promise<ReadonlySet<string>>
  readonly ignoreSeen: boolean
  /** Ids of users who are planned in any case. */
  readonly anew: ReadonlySet<string>
}

/** Plans every candidate, every absent user, and every rejected one who is disabled. */
export async function planUsers(sources: UserSources): Promise<UsersPlan> {
  const { picture, reader, policy, audit } = sources
  const { existing, absent, left, ignored, known } = await scopeOfUsers(sources)
  const plans = new Map<string, EntityPlan>()
  const prints = new Map<string, string>()
  const keptTeam = new Set<string>()
  const knownUsers = new Map<string, { applied: UserAttributes; zendeskId: number | null }>()
  const takenOver = new Set<string>()
  const claims = new Map<number, string>()

  const asHeld = (record: UserRecord | undefined): UserRecord | undefined => {
    const gone = record && audit.gone.get(record.id)
    if (gone) return { ...gone, applied: null, zendeskId: null, origin: null, goneSince: audit.at }
    return (record && audit.differing.get(record.id)) ?? record
  }
  const entitlements = await reader.entitlements()
  const wanted = [...picture.candidates.values()]
  const stored = await reader.records<UserRecord>(
    'user',
    wanted.map((user) => user.id),
  )
  const records = stored.map(asHeld)
  const search = await searchForGone(sources)
  const { found, notNow } = sources.find(
    wanted.filter((user, i) => needsLookUp(records[i]) && search.isDue(records[i]) && !picture.yielding.has(user.id)),
    new Set(wanted.flatMap(({ id }, i) => (search.isNews(records[i]) ? [id] : []))),
  )
  const owners = await sources.ownersOf(found)
  wanted.forEach((candidate, i) => {
    const hit = found.get(candidate.id)
    const user = hit ? chooseValues(candidate, [hit.applied.attributes]) : candidate
    const record = sources.merged.has(user.id) && records[i] ? { ...records[i], goneSince: null } : records[i]
    const isGone = record?.goneSince != null && !found.has(user.id)
    if (isGone) existing.delete(user.id)
    if (notNow.has(user.id)) return
    const owner = hit && owners.get(hit.zendeskId)
    const isOwn = owner?.connection === reader.connection
    if (hit && owner && !mayTakeOver(user, owner, isOwn, sources.emailReuse)) {
      // Who needs an admin's word for it must not keep a leaver's access alive.
      if (!isOwn && user.disabled !== true && !sources.takeovers.has(user.id)) claims.set(hit.zendeskId, user.id)
      // An owner who is being given another address frees this one: the next cycle sees.
      const moves = isOwn && hasMovedOn(owner, picture.candidates.get(owner.id), hit)
      plans.set(user.id, { problems: moves ? [] : conflict(user, hit, owner, reader.connection) })
      return
    }
    const takeover = hit && sources.takeovers.get(user.id)
    if (takeover && 'problem' in takeover) {
      plans.set(user.id, { problems: [takeover.problem] })
      return
    }
    const planned = asKnown(
      planUser(
        {
          wanted: user,
          record,
          found: hit && owner ? takenFrom(hit, owner) : hit,
          entitlements: entitlements.get(user.id),
        },
        policy,
      ),
      audit.gone.get(user.id) ?? stored[i],
    )
    // `emailReuse: relink` is an admin's word already, but for an admin's account.
    const consent = isOwn && takeover?.consent.about === 'agent' ? undefined : takeover?.consent
    const plan = consent && planned.link ? { ...planned, consent } : planned
    plans.set(user.id, plan)
    if (plan.link?.from?.connection === reader.connection && !isLinkHeld(plan, search.decisions))
      takenOver.add(plan.link.from.id)
    if (plan.problems.length === 0 && !plan.switchedOff && !isGone)
      prints.set(user.id, picture.fingerprints.get(user.id)!)
    const state = hit ?? record
    if (state?.applied) knownUsers.set(user.id, { applied: state.applied.attributes, zendeskId: state.zendeskId })
    if (plan.change?.operation === 'create user' || hit) existing.add(user.id)
    const isKeptUp = !policyOf(user, policy).allowDowngrade
    if (state?.applied && isTeamRole(state.applied.attributes['role']) && isKeptUp) keptTeam.add(user.id)
  })

  // Nobody is suspended for an entry that is disabled and has no user any more.
  for (const id of takenOver) {
    plans.delete(id)
    prints.delete(id)
    existing.delete(id)
  }
  const gone = absent.filter((id) => !takenOver.has(id))
  const leavers = (await reader.records<UserRecord>('user', gone)).flatMap((record) => asHeld(record) ?? [])
  const disabled = [...picture.rejected].filter(([id, { disabled: off }]) => off && existing.has(id)).map(([id]) => id)
  const rejected = (await reader.records<UserRecord>('user', disabled)).flatMap((record) => asHeld(record) ?? [])
  const unread = new Set<string>()
  const causes = await sources.causesOf(leavers.filter((one) => one.applied !== null || one.creationSent !== null))
  const claimed = await sources.claimed(leavers)
  for (const record of [...leavers, ...rejected]) {
    const { id, dn, label } = record
    if (record.applied) knownUsers.set(id, { applied: record.applied.attributes, zendeskId: record.zendeskId })
    const isPresent = picture.present.has(id)
    if (!isPresent && claimed.has(id)) {
      prints.set(id, OFFERED)
      continue
    }
    const cause = causes.get(id) ?? (isPresent ? 'disabled' : 'deleted')
    if (cause === 'unread') {
      plans.set(id, { problems: [unreadEntry(record, 'user')] })
      if (left.has(id)) prints.set(id, LEFT)
      unread.add(id)
      continue
    }
    const hasLeft = left.has(id)
    const plan = planRemoval({ kind: 'user', id, dn, label, cause, applied: record.applied, record, hasLeft }, policy)
    plans.set(id, plan)
    if (!isPresent) prints.set(id, plan.switchedOff ? IGNORED : hasLeft && plan.change?.consent ? LEFT : ABSENT)
  }
  return {
    plans,
    links: auditLinks(audit, plans),
    prints,
    existing,
    keptTeam,
    gone: new Set(audit.gone.keys()),
    unread,
    claims,
    ignored,
    known: known + leavers.length,
    knownOf: (id) => knownUsers.get(id) ?? { applied: {}, zendeskId: null },
  }
}

/** What the audit found, as links for the ledger. A plan with a link of its own already says it. */
function auditLinks({ gone, differing }: UserAudit, plans: ReadonlyMap<string, EntityPlan>): Link[] {
  return [
    ...[...gone.values()]
      .filter(({ id }) => !plans.get(id)?.link)
      .map((record) => ({ ...auditedLink(record), zendeskId: null, applied: null })),
    ...[...differing.values()].map((record) => ({
      ...auditedLink(record),
      zendeskId: record.zendeskId,
      applied: record.applied,
      suspendedByUs: record.suspendedByUs,
      origin: record.origin ?? 'adopted',
    })),
  ]
}

/**
 * An entry is looked for in Zendesk unless it is linked, or its creation was released after a look-up already. A worker
 * that met a user whom it may not link asks for another look.
 */
function needsLookUp(record: UserRecord | undefined): boolean {
  if (!record) return true
  if (record.rejection && LOOK_AGAIN.has(record.rejection.code)) return record.zendeskId === null
  return record.zendeskId === null && !(record.operation === 'create user' && record.revision > record.appliedRevision)
}
