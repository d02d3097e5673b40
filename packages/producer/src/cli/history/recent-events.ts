import type { HistoryConfig } from '@provisioner/shared/config/history.ts'
import { assertSchema } from '@provisioner/history/database/migrate.ts'
import { dataFolder, openHistory } from '@provisioner/history/database/open-history.ts'
import { HistoryMissingError } from '@provisioner/history/database/history-errors.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
import { tellEvent, type ToldEvent } from './told-event.ts'

/** How far back what was done is told, ms. */
const RECENT_MS = 90 * 86_400_000

/** So many events are told at most, the newest. */
const TOLD = 20

/** What was done lately, or why nobody can tell. */
export type Recent =
  | { readonly status: 'told'; readonly events: readonly ToldEvent[] }
  | { readonly status: 'not told'; readonly why: string }

/**
 * What was done about somebody, or a group, in the last 90 days. A history that can't be read is no reason to tell
 * nothing else; one that nobody has made yet is empty.
 */
export async function recentEvents(
  config: HistoryConfig,
  { account, ...about }: { account: string; connection: string; kind: 'user' | 'group'; id: string },
): Promise<Recent> {
  if (config === 'off') return { status: 'told', events: [] }
  try {
    await using history = openHistory({ url: config.url, folder: dataFolder(process.env), readOnly: true })
    await assertSchema(history)
    const wanted = { accounts: [account], about: [about], since: Date.now() - RECENT_MS }
    const events: ToldEvent[] = []
    for await (const row of readEvents(history.database, wanted, TOLD)) events.push(tellEvent(row))
    return { status: 'told', events }
  } catch (error) {
    if (error instanceof HistoryMissingError) return { status: 'told', events: [] }
    return { status: 'not told', why: error instanceof Error ? error.message : String(error) }
  }
}
