import { ROOT_DSE_ATTRIBUTES, type RootDse } from '@provisioner/shared/directory-profiles/recognise.ts'
import { decodeEntry } from './decode.ts'
import { ANY_ENTRY, parseFilter } from './filter.ts'
import type { Reading } from './reading.ts'

/** How long a server may take to show its root DSE, ms: a cycle waits for it. */
const ROOT_DSE_MS = 3_000

/** What a server says of itself (RFC 4512, 5.1), and where it is. */
export interface ShownServer {
  readonly url: string
  readonly rootDse: RootDse
}

/**
 * Reads the root DSE of a server that answers; undefined where it does not show it.
 * @throws only what `signal` says, `DirectoryUnreachableError` and `DirectoryBindError`
 */
export async function readRootDse({ pool }: Reading, signal: AbortSignal): Promise<ShownServer | undefined> {
  const session = await pool.acquire(signal)
  try {
    const [entry] = (
      await session.search(
        { baseDN: '', scope: 'base', filter: parseFilter(ANY_ENTRY), attributes: [...ROOT_DSE_ATTRIBUTES] },
        AbortSignal.any([signal, AbortSignal.timeout(ROOT_DSE_MS)]),
      )
    ).searchEntries
    pool.release(session)
    if (entry === undefined) return undefined
    const texts = [...decodeEntry(entry, new Set()).attributes].map(
      ([name, values]) => [name, values.filter((value) => typeof value === 'string')] as const,
    )
    return { url: session.url, rootDse: new Map(texts) }
  } catch (error) {
    pool.discard(session)
    signal.throwIfAborted()
    // What it would say is no part of the plan.
    if (error instanceof Error) return undefined
    throw error
  }
}
