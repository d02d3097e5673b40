import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { whyNotAdopt } from '@provisioner/shared/adoption/why-not-adopt.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'

/** What is known of an entry and of the object that an admin names for it. */
export interface LinkInQuestion {
  readonly kind: 'user' | 'group'
  readonly connection: string
  readonly id: string
  /** The object, unless Zendesk has none with that id. */
  readonly side:
    | {
        readonly zendeskId: number
        readonly role: string | null
        readonly owner: OwnerRef | null
        readonly protectedBy: string | null
      }
    | undefined
  /** DN of the entry that owns it, where the ledger knows it. */
  readonly ownerDn: string | undefined
  readonly isInDirectory: boolean
  /** Why no location has the entry; nothing when one has. */
  readonly outOfScope: readonly string[]
  /** Why the entry is not provisioned whatever it is linked to: what its mapping refuses. */
  readonly leftOut: string | undefined
  readonly mappedRole: string | undefined
  readonly apiUserId: number | null
}

/**
 * Why an entry may not be linked to an object by hand; undefined when it may. The first that fits is told:
 *
 *   Zendesk has no such user or group
 *   the entry has left, or is not in scope: the object would lose access with the next cycle
 *   the entry is not provisioned at all
 *   another entry has the object, of whatever connection
 *   the user is protected, or is the one whose credentials are used
 *   the user may do more than the entry's mapped role, or is an admin (`whyNotAdopt`)
 */
export function whyNotLink(question: LinkInQuestion): string | undefined {
  const { kind, connection, id, side, isInDirectory, outOfScope, leftOut } = question
  if (!side) return `Zendesk has no ${kind} with this id, or does not show it`
  if (!isInDirectory) return 'the entry is not in the directory any more: what it is linked to would lose access'
  if (outOfScope.length > 0)
    return `the entry is not in scope (${outOfScope.join('; ')}): what it is linked to would lose access`
  if (leftOut !== undefined) return `the entry is not provisioned: ${leftOut}`
  const { owner } = side
  if (owner && (owner.connection !== connection || owner.id !== id)) {
    const who = describeOwner(owner, { dn: question.ownerDn, told: connection })
    return `Zendesk's ${kind} ${side.zendeskId} belongs to ${who}. Where it should not: 'provisioner unlink' it there first`
  }
  if (kind === 'group') return undefined
  if (side.protectedBy !== null) return `the user is protected (accounts.*.protect: '${side.protectedBy}')`
  const why = whyNotAdopt({ id: side.zendeskId, role: side.role }, question.mappedRole, question.apiUserId)
  if (why === undefined) return undefined
  if (side.zendeskId === question.apiUserId) return `it is ${why}`
  return `the user is ${why} in Zendesk, and the entry's mapped role is ${question.mappedRole ?? 'none'}: change either first`
}
