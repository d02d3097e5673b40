import type { Account } from '../account.ts'
import { describeRefusal, Refusal } from '../refusal.ts'
import type { JobItem } from './job-statuses.ts'

/**
 * Does an item, and turns a refusal into the item's result.
 *
 *   failedItemPosition | result
 *   -------------------|--------------------------------------------------
 *   id (recorded)      | {"id":2,"error":…,"details":…,"status":"Failed"}
 *   index              | {"index":2,"error":…,"details":…,"status":"Failed"}
 *   none               | {"error":…,"details":…,"status":"Failed"}
 */
export function resultOf(account: Account, error: string, run: () => object): JobItem {
  return (position) => {
    try {
      return run()
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      const { failedItemPosition: name, failedItemBase } = account.settings.unknowns
      const details = describeRefusal(refusal)
      return {
        ...(name !== 'none' && { [name]: position + failedItemBase }),
        error,
        details: /^[A-Z][a-z]+: /.test(details) && error.startsWith('User') ? `Name: ${details}` : details,
        status: 'Failed',
      }
    }
  }
}

/**
 * The same for a ticket: results tell the position by `index`, as recorded for creations (zenpy; a client's issue has a
 * failed one). Of updates nobody has recorded any.
 */
export function ticketResult(id: number, run: () => object): JobItem {
  return (index) => {
    try {
      run()
      return { index, id, action: 'update', status: 'Updated', success: true }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      return {
        index,
        id,
        action: 'update',
        error: 'TicketUpdateFailed',
        details: describeRefusal(refusal),
        success: false,
      }
    }
  }
}
