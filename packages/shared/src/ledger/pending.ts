import type { EntityRef } from '../entity.ts'
import { withoutSecretsIn, type Problem } from '../problem.ts'
import { Failures, type FailingChange } from '../quarantine.ts'
import type { Operation } from '../queues.ts'
import { json, OperationName, RejectionText } from './decode-record.ts'
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
  readonly dn: string
  /** The code under which Zendesk refused it; null when it did not. */
  readonly refused: string | null
  /** Who kept it from being written; null as well when that was not another entry. */
  readonly inTheWay: InTheWay | null
  readonly ready: boolean
  readonly writing: boolean
  /** Null when its job has not failed, as far as a cycle has seen, and when that can't be read. */
  readonly failures: Failures | null
}

/** How often a job has failed, as its entity has it. */
export const FailuresText = json(Failures)

/** What `lua/pending.ts` answers for one member, `kind|id`; undefined for one that has gone, or can't be read. */
export function readPending(
  connection: string,
  member: string,
  [revision, appliedRevision, operation, changed, label, rejection, ready, writing, dn, failures]: readonly (
    | string
    | number
  )[],
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
    refused: refused?.data.code ?? null,
    inTheWay: refused?.data.inTheWay ?? null,
    ready: ready === 1,
    writing: writing === 1,
    dn: String(dn),
    failures: FailuresText.safeParse(failures).data ?? null,
  }
}

/** A job that has failed, as it is counted. */
export interface CountedFailures {
  readonly one: Pick<Pending, 'ref' | 'revision'>
  readonly failures: Failures
  readonly nextAt: number
  /** Undefined where a worker has told why Zendesk refuses it. */
  readonly problem: Problem | undefined
}

/** As `lua/pending.ts` takes it. */
export function encodeFailures({ one: { ref, revision }, failures, nextAt, problem }: CountedFailures): object {
  const { times, since } = failures
  const failing: FailingChange = { times, since, nextAt }
  const told = problem && { problem: withoutSecretsIn(problem), since, source: 'write', failing }
  return {
    kind: ref.kind,
    id: ref.id,
    revision,
    failures: JSON.stringify(failures),
    problem: told ? JSON.stringify(told) : '',
    failing,
  }
}
