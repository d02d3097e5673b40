import { ROOT_DSE_ATTRIBUTES, type RootDse } from '@provisioner/shared/directory-profiles/recognise.ts'
import { askAside } from './ask-aside.ts'
import { readTexts } from './base-entry.ts'
import type { Reading } from './reading.ts'

/** How long a server may take to show its root DSE, ms: a cycle waits for it. */
export const ROOT_DSE_MS = 3_000

/** Of RFC 4512; and of Active Directory, whose domain is one of several ([MS-ADTS] 3.1.1.3.2.4). */
const CONTEXTS = ['namingContexts', 'defaultNamingContext']

/** What a server says of itself (RFC 4512, 5.1), and where it is. */
export interface ShownServer {
  readonly url: string
  readonly rootDse: RootDse
}

/** Reads the root DSE of a server that answers; undefined where it does not show it. @throws as {@link askAside} */
export function readRootDse({ pool }: Reading, signal: AbortSignal): Promise<ShownServer | undefined> {
  return askAside(pool, { ms: ROOT_DSE_MS, signal }, async (session, until) => {
    const rootDse = await readTexts(session, { dn: '', attributes: [...ROOT_DSE_ATTRIBUTES, ...CONTEXTS] }, until)
    return rootDse && { url: session.url, rootDse }
  })
}
