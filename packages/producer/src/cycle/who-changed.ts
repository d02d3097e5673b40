import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'

/** So many users are asked about in a cycle, each by a request. */
const MOST = 20

/** The audit log's times are of a second. */
const SECOND_MS = 1_000

/** Who the account's audit log names. */
export interface ChangedBy {
  readonly name: string
  /** ISO 8601, as Zendesk writes it. */
  readonly at: string
}

/**
 * Who was the last to change users since we wrote to them, by directory id, as far as the account's audit log tells:
 * only Enterprise plans have one, and it does not have every attribute. What the API's own user did is ours. An account
 * that does not show its log, or fails at it, costs one request, and no cycle.
 */
export async function whoChanged(
  { auditLogs }: Pick<ZendeskClient, 'auditLogs'>,
  records: Iterable<UserRecord>,
  apiUserId: number | undefined,
  signal: AbortSignal,
): Promise<Map<string, ChangedBy>> {
  const changedBy = new Map<string, ChangedBy>()
  for (const { id, zendeskId, appliedRevision } of [...records].slice(0, MOST)) {
    try {
      const entries = await auditLogs.ofUser(zendeskId!, { signal })
      // a revision is the time of its release
      const entry = entries.find(
        (one) => one.actor_id !== apiUserId && Date.parse(one.created_at) + SECOND_MS >= appliedRevision,
      )
      if (entry?.actor_name) changedBy.set(id, { name: entry.actor_name, at: entry.created_at })
    } catch (error) {
      if (!(error instanceof ZendeskError)) throw error
      signal.throwIfAborted()
      return changedBy
    }
  }
  return changedBy
}
