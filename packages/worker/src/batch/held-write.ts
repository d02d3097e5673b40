import type { EntityRef } from '@provisioner/shared/entity.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { IntendedCreation } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { callOptions, type BatchContext, type BatchHold } from './context.ts'
import { LEASE_SLACK_MS } from './lease.ts'

/** Thrown in the place of sending a request whose entity is somebody else's by now. */
export class LeaseLostError extends ProvisioningError {
  override name = 'LeaseLostError' as const
  override readonly code = 'LEASE_LOST' as const

  /** @param what `user` and its directory id, say */
  constructor(what: string) {
    super(`The lease on ${what} ended before the request could go out`)
  }
}

/**
 * Options of a single write. It may wait for the budget for longer than its lease lasts: once it is paid for, and right
 * before it goes out, the ledger is asked whether the entity is still ours, and the lease made to last for the request.
 *
 * @param more what else has to hold, by default what the batch asks for; false loses the lease as well
 */
export function heldWrite(
  context: BatchContext,
  hold: Pick<BatchHold, 'token' | 'removal' | 'more'>,
  ref: EntityRef,
  {
    intent,
    sent,
    deletes = false,
    more = hold.more,
  }: {
    intent?: Omit<IntendedCreation, 'at'>
    sent?: readonly string[]
    deletes?: boolean
    more?: () => Promise<boolean>
  } = {},
): CallOptions {
  const { ledger, requestTimeoutMs } = context
  return {
    ...callOptions(hold),
    beforeSending: async () => {
      const [held] = await ledger.secure([ref], hold.token, requestTimeoutMs, {
        ...(intent && { intents: [intent] }),
        ...(sent && { sent: [sent] }),
        deletes,
        extendMs: requestTimeoutMs + LEASE_SLACK_MS,
      })
      if (!held || (more && !(await more()))) throw new LeaseLostError(`${ref.kind} ${ref.id}`)
    },
  }
}

/**
 * Options of a bulk write, which closes its entities by its outstanding write and waits for the budget after that. A Redis
 * that lost its last second meanwhile knows nothing of it, and may have let others in.
 */
export function heldBulkWrite({ ledger }: BatchContext, hold: BatchHold, id: string): CallOptions {
  return {
    ...callOptions(hold),
    beforeSending: async () => {
      if (!(await ledger.isOutstanding(id))) throw new LeaseLostError(`bulk write ${id}`)
    },
  }
}

/** Options of a single write for one entity of a bulk write that is being settled. */
export function settlingWrite({ ledger }: BatchContext, id: string, ref: EntityRef): CallOptions {
  return {
    purpose: 'removal',
    beforeSending: async () => {
      if (!(await ledger.isClosedBy(id, ref))) throw new LeaseLostError(`${ref.kind} ${ref.id}`)
    },
  }
}
