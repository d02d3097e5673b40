import type { EntityRef } from '../entity.ts'
import type { Operation } from '../queues.ts'
import { OperationName, RejectionText } from './decode-record.ts'
import { parseEntityMember } from './entity-member.ts'
import type { InTheWay } from './record.ts'

/** A released entity that is not applied. */
export interface Pending {
  readonly ref: EntityRef
  readonly revision: number
  readonly appliedRevision: number
  readonly operation: Operation
  readonly changed: readonly string[]
  readonly label: string
  readonly rejectedAt: number | null
  /** Who kept it from being written; null as well when that was not another entry. */
  readonly inTheWay: InTheWay | null
  readonly ready: boolean
  readonly writing: boolean
}

/** What `lua/pending.ts` answers for one member, `kind|id`; undefined for one that has gone, or can't be read. */
export function readPending(
  connection: string,
  member: string,
  [revision, appliedRevision, operation, changed, label, rejection, ready, writing]: readonly (string | number)[],
): Pending | undefined {
  if (revision === undefined) return undefined
  const refused = rejection ? RejectionText.safeParse(rejection) : undefined
  const named = OperationName.safeParse(operation)
  if (!named.success || refused?.success === false) return undefined
  return {
    ref: { connection, ...parseEntityMember(member) },
    revision: Number(revision),
    appliedRevision: Number(appliedRevision),
    operation: named.data,
    changed: changed ? String(changed).split(',') : [],
    label: String(label),
    rejectedAt: refused?.data.at ?? null,
    inTheWay: refused?.data.inTheWay ?? null,
    ready: ready === 1,
    writing: writing === 1,
  }
}
