import { assertSchema } from '@provisioner/history/database/migrate.ts'
import { dataFolder, openHistory, type History } from '@provisioner/history/database/open-history.ts'
import { findNamedInHistory, type InHistory } from '@provisioner/history/read/find-named-in-history.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
import type { Named } from '../find-named.ts'
import type { CliSession } from '../session.ts'

/** Somebody as the history knows them. */
type Past = Named & Required<Pick<Named, 'inHistory'>> & { readonly id: string }

/** So many of somebody's newest events are looked at for their own name: others are of their memberships. */
const LOOKED_AT = 100

/**
 * Whom a text names in the history: they may have left before Redis was lost, and then nothing else knows them. Nobody
 * where there is no history, or it can't be read.
 */
export async function namedInHistory(session: CliSession, text: string): Promise<Past[]> {
  const { history: config } = await session.whole()
  if (config === 'off') return []
  const connections = new Set(session.connections.map(({ id }) => id))
  const accounts = [...new Set(session.connections.map(({ account }) => account))]
  try {
    await using history = openHistory({ url: config.url, folder: dataFolder(process.env), readOnly: true })
    await assertSchema(history)
    const known = await findNamedInHistory(history.database, accounts, text)
    const own = known.filter(({ connection }) => connections.has(connection))
    return await Promise.all(own.map((one) => describe(history, one)))
  } catch {
    // whoever asks for the history itself is told why
    return []
  }
}

async function describe({ database }: History, { account, connection, kind, id }: InHistory): Promise<Past> {
  const named = { connection, kind, id, isInDirectory: false }
  for await (const row of readEvents(database, { accounts: [account], about: [{ connection, kind, id }] }, LOOKED_AT))
    if (row.kind === kind)
      return { ...named, dn: row.dn ?? '', label: row.label, inHistory: { zendeskId: row.zendesk_id } }
  return { ...named, dn: '', label: null, inHistory: { zendeskId: null } }
}
