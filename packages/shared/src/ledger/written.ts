import { canonicalJson } from '../desired.ts'
import type { EntityRef } from '../entity.ts'
import type { Applied, AppliedUser } from './record.ts'

/** What was written for one entity. */
export interface Written {
  readonly ref: EntityRef
  /** The revision of the desired state that was sent. */
  readonly revision: number
  /** What Zendesk holds now; null when the object is gone. */
  readonly applied: Applied | null
  readonly zendeskId: number | null
  readonly origin: 'created' | 'adopted' | null
  readonly suspendedByUs: boolean
  /** True to record a link only, while the entity is leased: the desired state is still to be written. */
  readonly linkOnly?: boolean
  /** True, with `linkOnly`, where nobody wrote: Zendesk was only looked at. */
  readonly found?: boolean
  /** Zendesk's id of the request that wrote it, where it is known. */
  readonly requestId?: string
  /** What the user, or the member, is to be given back from now on, as JSON; '' for nothing, undefined as before. */
  readonly entitlements?: string | undefined
  /**
   * Names of attributes that it may have set back, should a newer revision have been written while it was under way.
   */
  readonly late?: readonly string[] | undefined
}

/**
 * What a person calls what was written, should the ledger have forgotten it; undefined of what leaves nothing to be
 * forgotten: a membership, which is found with its group, a mere link, and an object that is gone.
 */
export function nameOfWritten({ ref: { kind, id }, applied, zendeskId, linkOnly }: Written): string | undefined {
  if (kind === 'membership' || applied === null || zendeskId === null || linkOnly) return undefined
  const name = 'name' in applied ? applied.name : (applied as AppliedUser).attributes['email']
  return typeof name === 'string' ? name : id
}

/** What was written, as `lua/record.ts` takes it. */
export interface EncodedWritten {
  readonly revision: number
  readonly origin: string
  readonly [more: string]: unknown
}

export function encodeWritten(w: Written): EncodedWritten {
  return {
    kind: w.ref.kind,
    id: w.ref.id,
    revision: w.revision,
    applied: w.applied === null ? '' : canonicalJson(w.applied),
    role: w.ref.kind === 'user' ? String((w.applied as AppliedUser | null)?.attributes['role'] ?? '') : '',
    zendeskId: w.zendeskId === null ? '' : String(w.zendeskId),
    origin: w.origin ?? '',
    suspendedByUs: w.suspendedByUs,
    gone: w.applied === null,
    linkOnly: w.linkOnly ?? false,
    ...(w.found && { found: true }),
    ...(w.requestId !== undefined && { requestId: w.requestId }),
    ...(w.entitlements !== undefined && { entitlements: w.entitlements }),
    ...(w.late && { late: w.late.join(',') }),
  }
}
