import { randomUUID } from 'node:crypto'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Identity } from '@provisioner/zendesk/identities.ts'
import type { BatchContext, OpenJob } from './context.ts'

/** What came of asking for an address that Zendesk says is taken. */
export type Freed =
  /** Nobody has it any more. */
  | { readonly status: 'freed' }
  /** Whoever has it is about to give it up. */
  | { readonly status: 'wait'; readonly why: string; readonly ms: number }
  /** Zendesk's search does not show who has it yet. */
  | { readonly status: 'hidden'; readonly why: string }
  /** Somebody has it and keeps it. */
  | { readonly status: 'taken'; readonly code: string; readonly why: string }

/** How long to wait for another entry's own change of address, ms; the random part keeps two from meeting again. */
const WAIT_MS = 500

/**
 * Frees an address that the directory gives to one entry while another one of the connection still has it in Zendesk: as
 * a former address that was kept, or as the primary one that is about to change (two people who swap, or a whole ring).
 *
 *   who has it                                   | what is done
 *   ---------------------------------------------|------------------------------------------------
 *   a protected user (accounts.*.protect)        | nothing: it is taken
 *   nobody of ours, or an entry that keeps it    | nothing: it is taken
 *   an entry of ours, as its former address      | the identity is deleted there
 *   an entry of ours, as one that somebody added | nothing: it is taken
 *   as its primary, its own change goes first    | nothing: we wait
 *   as its primary, ours goes first (lower id)   | it is parked at a stand-in address, its own change follows
 */
export async function freeAddress(context: BatchContext, job: OpenJob<UserRecord>, email: string): Promise<Freed> {
  const { zendesk } = context
  const holders = (await zendesk.users.search({ email })).filter((user) => user.active !== false)
  const holder = holders.find((user) => user.id !== job.record.zendeskId)
  if (!holder)
    return { status: 'hidden', why: `'${email}' is taken in Zendesk by a user whom its search does not show yet` }
  const pattern =
    (await context.protection.ofIds([holder.id])).get(holder.id) ?? context.protection.byAddress(holder.email)
  if (pattern !== undefined) {
    const why = `'${email}' is an address of Zendesk user ${holder.id}, who is protected (accounts.*.protect: '${pattern}')`
    return { status: 'taken', code: 'USER_PROTECTED', why }
  }
  const [owner] = await context.ownersOf(accountKeys(context.account).owners('user'), [holder.id])
  const id = owner?.startsWith(`${context.connection}|`) ? owner.slice(context.connection.length + 1) : undefined
  if (id === undefined) return taken(email, holder.id, owner ? `connection '${owner.split('|')[0]}'` : 'no entry')
  const [record] = await context.reader.records<UserRecord>('user', [id])
  const wanted = String(record?.desired?.attributes['email'] ?? '').toLowerCase()
  if (!record || wanted === '' || wanted === email.toLowerCase()) return taken(email, holder.id, record?.dn ?? id)

  const identities = await zendesk.identities.list(holder.id)
  const identity = identities.find(isAddress(email))
  if (!identity) return wait(`'${email}' is just being freed`, WAIT_MS)
  if (!identity.primary) {
    if ((await context.ledger.formerOwner(email)) !== id)
      return {
        status: 'taken',
        code: 'EMAIL_SECONDARY',
        why: `'${email}' is already a secondary address of Zendesk user ${holder.id}, who is linked to ${record.dn}`,
      }
    await zendesk.identities.delete(holder.id, identity.id)
    return { status: 'freed' }
  }
  if (record.rejection) return taken(email, holder.id, `${record.dn}, whose own change of address is refused`)
  if (job.ref.id > id) return wait(`'${email}' is given up by ${record.dn} first`, WAIT_MS * (1 + Math.random()))
  return park(context, { connection: context.connection, kind: 'user', id }, holder.id, identity, wanted)
}

/** Gives the holder a stand-in for his address. His entity is leased meanwhile: one write at a time. */
async function park(
  context: BatchContext,
  ref: EntityRef,
  zendeskId: number,
  identity: Identity,
  wanted: string,
): Promise<Freed> {
  const { ledger, zendesk, requestTimeoutMs } = context
  const token = `${context.worker}.${randomUUID()}`
  const [verdict] = await ledger.open([{ ref }], token, requestTimeoutMs * 4)
  if (verdict?.status === 'done') return taken(identity.value, zendeskId, `${ref.id}, who was given it back in Zendesk`)
  if (verdict?.status !== 'open') return wait(`'${identity.value}' is being given up`, WAIT_MS * (1 + Math.random()))
  try {
    await ledger.secure([ref], token, requestTimeoutMs, { sent: [['email']] })
    const value = standInFor(wanted, zendeskId)
    const standIn =
      (await zendesk.identities.list(zendeskId)).find(isAddress(value)) ??
      (await zendesk.identities.create(zendeskId, { type: 'email', value, verified: true }))
    await zendesk.identities.makePrimary(zendeskId, standIn.id)
    await zendesk.identities.delete(zendeskId, identity.id)
    return { status: 'freed' }
  } finally {
    await ledger.letGo([ref], token)
  }
}

/** The address that a user has between his former and his new one: his new mailbox, so that no mail is lost. */
export function standInFor(email: string, zendeskId: number): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, at)}+moving-${zendeskId}${email.slice(at)}`
}

export function isAddress(value: string): (identity: Pick<Identity, 'type' | 'value'>) => boolean {
  return (identity) => identity.type === 'email' && identity.value.toLowerCase() === value.toLowerCase()
}

function wait(why: string, ms: number): Freed {
  return { status: 'wait', why, ms }
}

function taken(email: string, zendeskId: number, owner: string): Freed {
  const [code, who] =
    owner === 'no entry' ? ['EMAIL_TAKEN', 'whom no entry is linked to'] : ['EMAIL_OWNED', `who is linked to ${owner}`]
  return { status: 'taken', code, why: `'${email}' is already an address of Zendesk user ${zendeskId}, ${who}` }
}
