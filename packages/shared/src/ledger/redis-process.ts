import { infoOf } from '../account-node.ts'
import type { RedisClient } from '../redis-client.ts'
import { ProvisioningError } from '../errors.ts'

/** Thrown when Redis was restarted, or replaced by a replica, while the ledger was read. */
export class RedisRestartedError extends ProvisioningError {
  override name = 'RedisRestartedError' as const
  override readonly code = 'REDIS_RESTARTED' as const

  constructor() {
    super('Redis was restarted while the ledger was read; what was read may lack entries')
  }
}

/**
 * Names the running server that has an account's keys: another one after each start. Empty where a hosted Redis does
 * not tell.
 */
export async function processOf(redis: RedisClient, account: string): Promise<string> {
  return /^run_id:(\w+)/m.exec(await infoOf(redis, account, 'server'))?.[1] ?? ''
}
