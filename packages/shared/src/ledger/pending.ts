import type { EntityRef } from '../entity.ts'
import type { Operation } from '../queues.ts'
import { parseEntityMember } from './entity-member.ts'
import type { InTheWay, Rejection } from './record.ts'

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

/** What `lua/pending.ts` answers for one member, `kind|id`; undefined for one that has gone. */
export function readPending(
  connection: string,
  member: string,
  [revision, appliedRevision, operation, changed, label, rejection, ready, writing]: readonly (string | number)[],
): Pending | undefined {
  if (revision === undefined) return undefined
  const refused = rejection ? (JSON.parse(String(rejection)) as Rejection) : null
  return {
    ref: { connection, ...parseEntityMember(member) },
    revision: Number(revision),
    appliedRevision: Number(appliedRevision),
    operation: operation as Operation,
    changed: changed ? String(changed).split(',') : [],
    label: String(label),
    rejectedAt: refused?.at ?? null,
    inTheWay: refused?.inTheWay ?? null,
    ready: ready === 1,
    writing: writing === 1,
  }
}
