import { ProvisioningError } from './errors.ts'

/** Thrown when a Redis would lose jobs, or is too old. */
export class RedisUnfitError extends ProvisioningError {
  override name = 'RedisUnfitError' as const
  override readonly code = 'REDIS_UNFIT' as const
}

/** Thrown when another version of the product left a ledger in Redis, in a layout that this one does not read. */
export class LedgerLayoutError extends ProvisioningError {
  override name = 'LedgerLayoutError' as const
  override readonly code = 'LEDGER_LAYOUT' as const
}
