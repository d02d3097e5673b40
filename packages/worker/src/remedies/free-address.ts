import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { userOwned } from '@provisioner/shared/adoption/user-owned.ts'
import type { RefusalCode } from '@provisioner/shared/refusal-codes.ts'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { newBatchId } from '@provisioner/shared/ledger/batch-id.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import type { InTheWay, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { isAddress, type Identity } from '@provisioner/zendesk/identities.ts'
import { isSameKey, usersByAddress } from '@provisioner/zendesk/look-up-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import type { OpenJob } from '../entity/open-job.ts'
import { userWrite } from '../entity/user-write.ts'
import type { Needs } from '../ports.ts'
import { patternOfUser } from './protected-user.ts'
import { isStandIn, moveToStandIn } from './stand-in.ts'

type Account = Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account'>

/** What came of asking for an address that Zendesk says is taken. */
export type Freed =
  /** Nobody has it any more. */
  | { readonly status: 'freed' }
  /** Whoever has it is about to give it up. */
  | { readonly status: 'wait'; readonly why: string; readonly ms: number }
  /** Zendesk's search does not show who has it yet. */
  | { readonly status: 'hidden'; readonly why: string }
  /** Somebody has it and keeps it; of an entry of the connection's, until it is changed. */
  | {
      readonly status: 'taken'
      readonly code: RefusalCode
      readonly why: string
      readonly todo?: string
      readonly inTheWay?: InTheWay
    }

/** A user who has an address that the directory gives to somebody else by now. */
interface Holder {
  readonly zendeskId: number
  /** Directory id of the entry. */
  readonly id: string
  readonly record: UserRecord
  /** The address that the entry is to have, in lower case. */
  readonly wanted: string
  /**
   * Whether a write of its own is about to give it that address: it is neither refused nor one that leaves the address
   * as it is.
   */
  readonly moves: boolean
}

/**
 * Frees an address that the directory gives to one entry while another one of the connection still has it in Zendesk:
 * as a former address that was kept, or as the primary one that is about to change (two people who swap, or a whole
 * ring).
 *
 *   who has it                                     | what is done
 *   -----------------------------------------------|------------------------------------------------
 *   a protected user (accounts.*.protect)          | nothing: it is taken
 *   as its primary, an admin whose own change nobody approved as one | nothing: it is taken
 *   nobody of ours, or an entry that keeps it      | nothing: it is taken
 *   an entry of ours, as its former address        | the identity is deleted there
 *   an entry of ours at a stand-in, as a secondary one | the same: whoever parked it was killed before that
 *   an entry of ours, as one that somebody added   | nothing: it is taken
 *   as its primary, its own change is refused, or not to come (it has left) | nothing: it is taken
 *   as its primary, in a ring whose first we are (lowest id) | parked at a stand-in address, its own change follows
 *   as its primary, otherwise                      | nothing: we wait, its own change goes first
 */
export async function freeAddress(ports: Account, job: OpenJob<UserRecord>, email: string): Promise<Freed> {
  const { zendesk } = ports
  const user = (await usersByAddress(zendesk.users, email)).find((one) => one.id !== job.record.zendeskId)
  if (!user)
    return { status: 'hidden', why: `'${email}' is taken in Zendesk by a user whom its search does not show yet` }
  const holder = await holderOf(ports, user, email)
  if ('status' in holder) return holder
  const { id, record, zendeskId } = holder

  const identities = await zendesk.identities.list(zendeskId)
  const identity = identities.find(isAddress(email))
  if (!identity) return wait(`'${email}' is just being freed`, WAITS.addressMs)
  if (!identity.primary) {
    const isParked = identities.some((one) => one.primary && isStandIn(one, zendeskId))
    if (!isParked && (await ports.ledger.formerOwner(email)) !== id)
      return {
        status: 'taken',
        code: 'EMAIL_SECONDARY',
        why: `'${email}' is already a secondary address of Zendesk user ${zendeskId}, who is linked to ${record.dn}`,
      }
    await zendesk.identities.delete(zendeskId, identity.id)
    return { status: 'freed' }
  }
  if (!holder.moves)
    return taken(email, zendeskId, `${record.dn}, whose own change of address is refused, or not made`, record)
  if (!(await isFirstOfRing(ports, job, holder)))
    return wait(`'${email}' is given up by ${record.dn} first`, randomWaitMs())
  if (!record.desired?.ofAdmin && (await zendesk.users.show(zendeskId)).role === 'admin')
    return taken(email, zendeskId, `${record.dn}, an admin whose own change of address nobody has approved`)
  return park(ports, { connection: ports.settings.connection, kind: 'user', id }, zendeskId, identity)
}

/** What the ledger knows of the user who has the address; or why it is not given up. */
async function holderOf(ports: Account, user: User, email: string): Promise<Holder | Freed> {
  const zendeskId = user.id
  const pattern = await patternOfUser(ports, user)
  if (pattern !== undefined) {
    const why = `'${email}' is an address of Zendesk user ${zendeskId}, who is protected (accounts.*.protect: '${pattern}')`
    return { status: 'taken', code: 'USER_PROTECTED', why }
  }
  const [owner] = await ports.records.ownersOf('user', [zendeskId])
  const id = idWithin(ports.settings.connection, owner ?? null)
  if (id === undefined) return owner ? taken(email, zendeskId, describeOwner(owner)) : unowned(email, zendeskId)
  const [record] = await ports.records.records<UserRecord>('user', [id])
  const wanted = String(record?.desired?.attributes['email'] ?? '').toLowerCase()
  if (!record) return taken(email, zendeskId, describeOwner(owner!))
  if (wanted === '' || wanted === email.toLowerCase()) return taken(email, zendeskId, record.dn, record)
  const write = userWrite(record)
  return { zendeskId, id, record, wanted, moves: !record.rejection && write.call === 'update' && write.email !== null }
}

/**
 * Whether the addresses go round, from the holder of ours on, and come back to us: only then nobody can go first, and
 * one has to be parked. The entry with the lowest id in the ring does that. Somebody whose way ends elsewhere, at an
 * address that is free or that another one keeps, is never parked: the change might be refused, and the stand-in stay.
 */
async function isFirstOfRing(ports: Account, job: OpenJob<UserRecord>, first: Holder): Promise<boolean> {
  const seen = new Set<number>()
  for (let holder = first; ;) {
    if (holder.id < job.ref.id || !holder.moves || seen.has(holder.zendeskId)) return false
    seen.add(holder.zendeskId)
    const users = await usersByAddress(ports.zendesk.users, holder.wanted)
    const next = users.find((user) => isSameKey(user.email, holder.wanted))
    if (!next) return false
    if (next.id === job.record.zendeskId) return true
    const following = await holderOf(ports, next, holder.wanted)
    if ('status' in following) return false
    holder = following
  }
}

/** Gives the holder a stand-in for the address. Its entity is leased meanwhile: one write at a time. */
async function park(ports: Account, ref: EntityRef, zendeskId: number, identity: Identity): Promise<Freed> {
  const { ledger, zendesk, settings } = ports
  const token = newBatchId(settings.worker)
  const [verdict] = await ledger.open([{ ref }], token, settings.requestTimeoutMs * 4)
  if (verdict?.status === 'done') return taken(identity.value, zendeskId, `${ref.id}, who was given it back in Zendesk`)
  if (verdict?.status !== 'open') return wait(`'${identity.value}' is being given up`, randomWaitMs())
  try {
    const options = leasedRequest(ports, { token, removal: false, takesAway: false }, ref, { sent: ['email'] })
    await moveToStandIn(ports, zendeskId, options)
    await zendesk.identities.delete(zendeskId, identity.id, options)
    return { status: 'freed' }
  } finally {
    await ledger.giveBack([ref], token)
  }
}

function unowned(email: string, zendeskId: number): Freed {
  const why = `'${email}' is already an address of Zendesk user ${zendeskId}, whom no entry is linked to`
  return { status: 'taken', code: 'EMAIL_TAKEN', why }
}

function wait(why: string, ms: number): Freed {
  return { status: 'wait', why, ms }
}

function taken(email: string, zendeskId: number, owner: string, record?: UserRecord): Freed {
  const { code, what, todo } = userOwned({ value: email, as: 'an address', zendeskId, owner })
  return {
    status: 'taken',
    code,
    why: what,
    todo,
    ...(record && { inTheWay: { id: record.id, revision: record.revision, appliedRevision: record.appliedRevision } }),
  }
}

/** The random part keeps two who wait for one another from meeting again. */
function randomWaitMs(): number {
  return WAITS.addressMs * (1 + Math.random())
}
