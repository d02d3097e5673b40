import { canonicalJson, fingerprint, type Desired } from '../desired.ts'
import type { Kind } from '../entity.ts'
import type { Operation } from '../queues.ts'
import type { GuardCategory } from './held-change.ts'
import { connectionKeys } from './keys.ts'
import { formatOwner, type OwnerRef } from './owner.ts'
import type { Applied, AppliedUser, LedgerRecord } from './record.ts'

/** An admin's decision as a cycle read it. */
export interface Approval {
  readonly key: string
  readonly text: string
}

/** A desired state that may be written from now on. */
export interface Release {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly desired: Desired
  readonly operation: Operation
  /** Names of the attributes that change. */
  readonly changed: readonly string[]
  /** Why something is taken away: `disabled`, `deleted`; undefined of what takes nothing. */
  readonly cause?: string | undefined
  /** Gets a new revision even when it waits already. */
  readonly anew?: boolean
  /** The fingerprint of the entry that is answered with it. */
  readonly seen?: string | undefined
  /** The decisions that it rests on: it is refused when one of them is another by now, and uses them up. */
  readonly approvals?: readonly Approval[] | undefined
  /** The guard's categories that it counts in. */
  readonly counts?: readonly GuardCategory[] | undefined
}

/** An object that was found in Zendesk; `zendeskId: null` forgets a link to one that is gone. */
export interface Link {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly zendeskId: number | null
  readonly applied: Applied | null
  readonly suspendedByUs: boolean
  /** Default: adopted. */
  readonly origin?: 'created' | 'adopted'
  /** The entry that the object is taken over from; it is forgotten in the same step. */
  readonly from?: OwnerRef
  /** What Zendesk holds already, and so needs no job. */
  readonly inSync: Desired | null
  /** An admin names the object, or ends the link: what was refused may be asked anew, and the object is not gone. */
  readonly byHand?: boolean
  /**
   * The entity's record as the plan knew it: one that was written or linked since is `busy`, for what was found in
   * Zendesk may be gone again. Zeros and null for an entity that was unknown.
   */
  readonly known?: Pick<LedgerRecord, 'revision' | 'appliedRevision' | 'zendeskId'>
  /** The fingerprint of the entry that is answered with it; '' for one that nothing answers. */
  readonly seen?: string | undefined
  /** The decisions that it rests on: it is refused when one of them is another by now, and uses them up. */
  readonly approvals?: readonly Approval[] | undefined
}

/** As `lua/release.ts` takes it. */
export function encodeRelease(r: Release): object {
  return {
    kind: r.kind,
    id: r.id,
    dn: r.dn,
    label: r.label,
    desired: canonicalJson(r.desired),
    presence: r.desired.presence,
    fingerprint: fingerprint(r.desired),
    operation: r.operation,
    changed: r.changed.join(','),
    cause: r.cause,
    anew: r.anew ?? false,
    counts: r.counts ?? [],
    approvals: r.approvals,
    seen: r.seen,
  }
}

/** As `lua/link.ts` takes it. */
export function encodeLink(account: string, l: Link): object {
  return {
    kind: l.kind,
    id: l.id,
    dn: l.dn,
    label: l.label,
    zendeskId: l.zendeskId === null ? '' : String(l.zendeskId),
    applied: l.applied === null ? '' : canonicalJson(l.applied),
    role: l.kind === 'user' ? String((l.applied as AppliedUser | null)?.attributes['role'] ?? '') : '',
    suspendedByUs: l.suspendedByUs,
    origin: l.origin ?? 'adopted',
    from: l.from && {
      owner: formatOwner(l.from),
      prefix: connectionKeys({ account, connection: l.from.connection }).prefix,
      id: l.from.id,
    },
    desired: l.inSync === null ? '' : canonicalJson(l.inSync),
    fingerprint: l.inSync === null ? '' : fingerprint(l.inSync),
    presence: l.inSync?.presence ?? '',
    known: l.known && {
      revision: l.known.revision,
      appliedRevision: l.known.appliedRevision,
      zendeskId: l.known.zendeskId === null ? '' : String(l.known.zendeskId),
    },
    seen: l.seen,
    approvals: l.approvals,
    byHand: l.byHand,
  }
}
