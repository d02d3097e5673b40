import type { Account } from './account.ts'
import type { Authentication } from './authenticate.ts'
import type { AuditLog } from './changes/audit-log.ts'
import type { Webhooks } from './changes/webhooks.ts'
import type { Faults } from './faults/faults.ts'
import type { JobStatuses } from './jobs/job-statuses.ts'
import type { ConcurrentWrites } from './limits/concurrent-writes.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import type { RequestLog } from './request-log.ts'

/** What the sandbox's API is made of. */
export interface ZendeskApi {
  readonly account: Account
  readonly jobs: JobStatuses
  readonly auditLog: AuditLog
  readonly webhooks: Webhooks
  readonly authentication: Authentication
  readonly log: RequestLog
  readonly limits: RateLimits
  readonly writes: ConcurrentWrites
  readonly faults: Faults
}
