import type { EntityRef } from '@provisioner/shared/entity.ts'
import type { SentCreation } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Needs } from '../ports.ts'
import { LeaseLostError } from './lease-lost-error.ts'
import { LEASE_SLACK_MS } from './lease-times.ts'
import { callOptions, type Batch, type OpenJob } from './open-job.ts'
import { takesAway } from './takes-away.ts'

/** What is marked as unconfirmed in the step that checks the lease. */
export interface Unconfirmed {
  /** What a creation sends. */
  readonly creation?: Omit<SentCreation, 'at'>
  /** The names that an update or a removal changes. */
  readonly sent?: readonly string[]
  readonly deletes?: boolean
}

/**
 * Options of a request for one entity. It may wait for the budget for longer than its lease lasts: once it is paid for,
 * and right before it goes out, the ledger is asked whether the entity is still ours, and the lease made to last for
 * the request.
 *
 * @param more what else has to hold, by default what the batch asks for; false loses the lease as well
 */
export function leasedRequest(
  { ledger, settings }: Needs<'ledger' | 'settings'>,
  batch: Pick<Batch, 'token' | 'removal' | 'takesAway' | 'more'>,
  ref: EntityRef,
  { creation, sent, deletes = false, more = batch.more }: Unconfirmed & { more?: () => Promise<boolean> } = {},
): CallOptions {
  const { requestTimeoutMs } = settings
  return {
    ...callOptions(batch),
    beforeSending: async () => {
      const [leased] = await ledger.secure([ref], batch.token, requestTimeoutMs, {
        ...(creation && { creations: [creation] }),
        ...(sent && { sent: [sent] }),
        deletes,
        extendMs: requestTimeoutMs + LEASE_SLACK_MS,
      })
      if (!leased || (more && !(await more()))) throw new LeaseLostError(`${ref.kind} ${ref.id}`)
    },
    answered: (id) => ledger.requestIds.note(ref, batch.token, id),
  }
}

/**
 * Options of a bulk request, which closes its entities by its outstanding write and waits for the budget after that. A
 * Redis that lost its last second meanwhile knows nothing of it, and may have let others in.
 */
export function bulkRequest(
  { ledger }: Needs<'ledger'>,
  batch: Pick<Batch, 'removal' | 'takesAway'>,
  id: string,
): CallOptions {
  return {
    ...callOptions(batch),
    beforeSending: async () => {
      if (!(await ledger.isOutstanding(id))) throw new LeaseLostError(`bulk write ${id}`)
    },
  }
}

/**
 * Options of a request for one entity of a bulk write that is being settled. It overtakes others at the budget: the
 * entity stays closed until then, and a leaver with it.
 */
export function settlingRequest(
  { ledger }: Needs<'ledger'>,
  id: string,
  job: Pick<OpenJob, 'ref' | 'record'>,
): CallOptions {
  const { ref } = job
  return {
    purpose: 'removal',
    takesAway: takesAway(job),
    beforeSending: async () => {
      if (!(await ledger.isClosedBy(id, ref))) throw new LeaseLostError(`${ref.kind} ${ref.id}`)
    },
  }
}
