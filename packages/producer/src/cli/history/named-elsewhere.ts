import type { InHistory } from '@provisioner/history/read/find-named-in-history.ts'

/** Whoever asks waits no longer for a directory, ms. */
const ASKED_MS = 5_000

/**
 * Whom a text names that the history does not know by it, as the directory and the ledger know them: by a user id that
 * the DN does not have, say. Nobody where these can't be reached.
 */
export async function namedElsewhere(
  configPath: string,
  connection: string | undefined,
  text: string,
): Promise<InHistory[]> {
  // most questions are answered without them, and sooner for it
  const [{ openSession }, { findNamed }] = await Promise.all([import('../session.ts'), import('../find-named.ts')])
  try {
    await using session = await openSession({ configPath, connection, reads: 'sources' })
    const signal = AbortSignal.timeout(ASKED_MS)
    const found: InHistory[] = []
    for (const { id: of, account } of session.connections)
      for (const { kind, id, dn, label } of await findNamed(await session.sources(of), text, signal))
        if (id !== undefined) found.push({ account, connection: of, kind, id, names: [label ?? dn] })
    return found
  } catch {
    // the history is there for who has lost all else
    return []
  }
}
