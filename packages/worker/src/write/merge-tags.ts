import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Needs } from '../ports.ts'

/**
 * Zendesk replaces a user's tags as a whole. With `mode: merge` the present ones are read first: ours that are gone are
 * taken out, ours that are new put in, all others stay.
 *
 * @param shown users as they have just been read, by Zendesk id: they are not read again
 */
export async function mergeTags<W extends PreparedWrite<UserRecord>>(
  { zendesk }: Needs<'zendesk'>,
  writes: readonly W[],
  shown: ReadonlyMap<number, User>,
): Promise<W[]> {
  const merging = writes.filter((write) => 'tags' in write.body && write.job.record.desired?.tagsMode === 'merge')
  if (merging.length === 0) return [...writes]
  const ids = merging.map((write) => write.job.record.zendeskId!).filter((id) => !shown.has(id))
  const users = [...shown.values(), ...(await zendesk.users.showMany({ ids }))]
  const present = new Map(users.map((user) => [user.id, user.tags ?? []]))
  return writes.map((write) => {
    if (!merging.includes(write)) return write
    const before = (write.job.record.applied?.attributes['tags'] ?? []) as readonly string[]
    const ours = (write.body['tags'] ?? []) as readonly string[]
    return {
      ...write,
      body: { ...write.body, tags: merged(present.get(write.job.record.zendeskId!) ?? [], before, ours) },
    }
  })
}

/** The tags to send: those present without our former ones, and ours. */
export function merged(present: readonly string[], before: readonly string[], ours: readonly string[]): string[] {
  return [...new Set([...present.filter((tag) => !before.includes(tag)), ...ours])].sort()
}
