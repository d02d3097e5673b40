import { z } from 'zod'
import type { CallOptions, Sender } from './transport.ts'

/** Entries of a user that are read: who has changed one lately stands among the first. */
const READ = 10

/**
 * What somebody did, as the account's audit log has it. The actor is Zendesk itself where the id is none of a user's.
 * https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
 */
export const AuditEntry = z.looseObject({
  actor_id: z.number().nullish(),
  actor_name: z.string().nullish(),
  created_at: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export type AuditLogsApi = ReturnType<typeof auditLogsApi>

export function auditLogsApi(transport: Sender) {
  return {
    /** The last ten about a user, the newest first. Only Enterprise plans have a log; others answer 403 or 404. */
    async ofUser(id: number, options?: CallOptions): Promise<AuditEntry[]> {
      const query = {
        'filter[source_type]': 'user',
        'filter[source_id]': String(id),
        sort: '-created_at',
        'page[size]': String(READ),
      }
      const answer = z.object({ audit_logs: z.array(AuditEntry) })
      return (await transport.send({ method: 'GET', path: '/api/v2/audit_logs', query, answer }, options)).audit_logs
    },
  }
}
