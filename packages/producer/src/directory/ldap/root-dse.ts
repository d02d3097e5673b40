import { ROOT_DSE_ATTRIBUTES, type RootDse } from '@provisioner/shared/directory-profiles/recognise.ts'
import { askAside } from './ask-aside.ts'
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

/** Reads the root DSE of a server that answers; undefined where it does not show it. @throws as {@link askAside} */
export function readRootDse({ pool }: Reading, signal: AbortSignal): Promise<ShownServer | undefined> {
  return askAside(pool, { ms: ROOT_DSE_MS, signal }, async (session, until) => {
    const [filter, attributes] = [parseFilter(ANY_ENTRY), [...ROOT_DSE_ATTRIBUTES]]
    const answer = await session.search({ baseDN: '', scope: 'base', filter, attributes }, until)
    const [entry] = answer.searchEntries
    if (entry === undefined) return undefined
    const texts = [...decodeEntry(entry, new Set()).attributes].map(
      ([name, values]) => [name, values.filter((value) => typeof value === 'string')] as const,
    )
    return { url: session.url, rootDse: new Map(texts) }
  })
}
