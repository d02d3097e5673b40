import { HAS_LEFT } from '@provisioner/shared/ledger/keys.ts'
import { appliedRole, isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { isSid } from '../directory/sid.ts'
import { basesOf } from './bases-of.ts'
import type { OtherConnection } from './other-connections.ts'
import { readDomains } from './read-domains.ts'

/** A user whom another connection of the account provisions. */
export interface ForeignUser {
  readonly zendeskId: number
  /** What people call them: their address. */
  readonly label: string
}

/** What the other connections say of members of other domains. */
export interface ForeignUsers {
  /** By SID or DN, as they were asked for. */
  readonly users: ReadonlyMap<string, ForeignUser>
  /** Connections that can't tell → why, and whom they may have. */
  readonly unsure: ReadonlyMap<string, { readonly why: string; readonly members: ReadonlySet<string> }>
}

/**
 * Looks up who members of other domains are in Zendesk: in the directory of each connection that may read their domain,
 * for the directory id, and in its ledger.
 *
 *   the other connection                             | the member
 *   -------------------------------------------------|----------------------------------------------
 *   reads another domain, as far as a DN tells       | is not asked for
 *   has cycles that fail, or no first plan yet       | can't be told: its directory is not asked either
 *   its directory does not answer, or not whole      | can't be told, unless found
 *   its ledger can't read the user                   | can't be told
 *   its ledger has removed who left its scope        | nobody
 *   its ledger has a linked team member              | is that user
 *   its ledger has nobody, or an end user            | nobody, as far as it can be told
 *
 * @throws only when `signal` says so
 */
export async function findForeignUsers(
  members: ReadonlySet<string>,
  others: readonly OtherConnection[],
  signal: AbortSignal,
): Promise<ForeignUsers> {
  const users = new Map<string, ForeignUser>()
  const unsure = new Map<string, { why: string; members: ReadonlySet<string> }>()
  for (const other of others) {
    const isRead = readDomains(other.connection)
    const asked = [...members].filter((member) => isSid(member) || isRead(member))
    if (asked.length === 0) continue
    const { found, why } = await ask(other, asked, signal)
    for (const [member, user] of found) users.set(member, user)
    if (why !== undefined) unsure.set(other.connection.id, { why, members: new Set(asked) })
  }
  return { users, unsure }
}

async function ask(
  other: OtherConnection,
  members: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly found: ReadonlyMap<string, ForeignUser>; readonly why: string | undefined }> {
  const why = await whyNotNow(other)
  if (why !== undefined) return { found: new Map(), why }
  const { connection, reader, identify } = other
  try {
    const { ids, doubt } = await identify(members, basesOf(connection), signal)
    const entries = [...ids]
    const records = await reader.records<UserRecord>(
      'user',
      entries.map(([, id]) => id),
    )
    const seen = await reader.seen(entries.map(([, id]) => id))
    const found = entries.flatMap(([member], i) => {
      const record = records[i]
      if (record?.applied?.presence !== 'active' && HAS_LEFT.has(seen[i])) return []
      if (record?.zendeskId == null || !isTeamRole(appliedRole(record))) return []
      return [[member, { zendeskId: record.zendeskId, label: record.label }] as const]
    })
    const isUnread = entries.some((_entry, i) => records[i] === undefined) && (await reader.unknowable()).size > 0
    return {
      found: new Map(found),
      why: doubt ?? (isUnread ? 'some of its users in Redis can not be read' : undefined),
    }
  } catch (error) {
    signal.throwIfAborted()
    return { found: new Map(), why: error instanceof Error ? error.message : String(error) }
  }
}

async function whyNotNow({ reader }: OtherConnection): Promise<string | undefined> {
  const failing = await reader.failingCycles()
  if (failing) return `its cycles fail (${failing.code})`
  if ((await reader.firstRun()).status !== 'done') return 'its first plan is not carried out yet'
  return (await reader.listsLost()).isToBeFound ? 'what it lost in Redis is not found again yet' : undefined
}
