import { Control } from 'ldapts'
import type { ChangeTokenSource } from '@provisioner/shared/directory-profiles/profile.ts'
import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import { askAside } from './ask-aside.ts'
import { readTexts, type Texts } from './base-entry.ts'
import { parseFilter } from './filter.ts'
import { contextsOf } from './naming-contexts.ts'
import { DOMAIN_SCOPE } from './pages.ts'
import type { Reading } from './reading.ts'
import { ROOT_DSE_MS } from './root-dse.ts'
import type { Session } from './session.ts'

/** LDAP_SERVER_SHOW_DELETED_OID, [MS-ADTS] 3.1.1.3.4.1.14: deleted objects are found like others. */
const SHOW_DELETED = '1.2.840.113556.1.4.417'

/** Of the domain controller's own database: another one after it was restored from a backup ([MS-ADTS] 3.1.1.1.9). */
const INVOCATION_ID = 'invocationId'

/** What the search for changed objects may take, ms. */
const SEARCH_MS = 10_000

/** Result codes of RFC 4511, appendix A. */
const SUCCESS = 0
const SIZE_LIMIT_EXCEEDED = 4

/** Each domain controller's, as long as a connection to it stands. */
const invocations = new WeakMap<Session, Promise<string>>()

/**
 * How far the content of the bases has come; `none` where the server shows none of the `sources`, undefined where it
 * does not answer.
 *
 * @throws as {@link askAside}
 */
export function readChangeToken(
  { pool }: Pick<Reading, 'pool'>,
  sources: readonly ChangeTokenSource[],
  bases: readonly string[],
  signal: AbortSignal,
): Promise<ChangeToken | 'none' | undefined> {
  return askAside(pool, { ms: ROOT_DSE_MS, signal }, async (session, until) => {
    const ofServer = sources.filter((source) => source.of === 'root DSE').map(({ attribute }) => attribute)
    const attributes = ['namingContexts', 'dsServiceName', ...ofServer]
    const rootDse = await readTexts(session, { dn: '', attributes }, until)
    if (rootDse === undefined) return 'none'
    for (const { of, attribute, isShared } of sources) {
      if (of === 'entries') continue
      const dns = of === 'root DSE' ? [] : contextsOf(rootDse, bases)
      const shown =
        of === 'root DSE'
          ? [valuesOf(rootDse, attribute)]
          : await inTurn(dns, async (dn) =>
              valuesOf(await readTexts(session, { dn, attributes: [attribute] }, until), attribute),
            )
      // one naming context that says nothing may change without a word
      if (shown.length === 0 || shown.includes('')) continue
      return { by: attribute, server: isShared ? '' : await nameOf(session, rootDse, until), value: shown.join(' ') }
    }
    return 'none'
  })
}

/**
 * Whether an object below the naming contexts of the bases has changed since, deleted ones included as far as the bind
 * DN may see them. Only Active Directory can tell: what moves its count most are objects that nobody reads here, its
 * computers for one. True wherever that can't be told.
 *
 * @throws as {@link askAside}
 */
export async function hasChangedSince(
  { pool }: Pick<Reading, 'pool'>,
  bases: readonly string[],
  since: ChangeToken,
  signal: AbortSignal,
): Promise<boolean> {
  if (since.by !== 'highestCommittedUSN') return true
  const changed = await askAside(pool, { ms: SEARCH_MS, signal }, async (session, until) => {
    const rootDse = await readTexts(session, { dn: '', attributes: ['namingContexts', 'dsServiceName'] }, until)
    if (rootDse === undefined || (await nameOf(session, rootDse, until)) !== since.server) return true
    const found = await inTurn(contextsOf(rootDse, bases), async (baseDN) => {
      const search = async (scope: 'base' | 'sub', filter: string) => {
        const controls = [new Control(SHOW_DELETED), new Control(DOMAIN_SCOPE)]
        const asked = { baseDN, scope, filter: parseFilter(filter), attributes: ['1.1'], sizeLimit: 1, controls }
        return session.search(asked, until)
      }
      // Without the right to search for it nothing is ever found.
      if ((await search('base', '(uSNChanged=*)')).searchEntries.length === 0) return true
      const newer = `(uSNChanged>=${BigInt(since.value) + 1n})`
      const { searchEntries, status } = await search('sub', `(&${newer}(!(objectClass=computer)))`)
      return searchEntries.length > 0 || (status !== SUCCESS && status !== SIZE_LIMIT_EXCEEDED)
    })
    return found.length === 0 || found.includes(true)
  })
  return changed ?? true
}

/** Whose count it is: a domain controller's database, else the server at this address. */
async function nameOf(session: Session, rootDse: Texts, signal: AbortSignal): Promise<string> {
  const dn = rootDse.get('dsservicename')?.[0]
  if (dn === undefined) return session.url
  const known = invocations.get(session)
  if (known) return known
  const asked = { dn, attributes: [INVOCATION_ID], binary: new Set([INVOCATION_ID.toLowerCase()]) }
  const read = readTexts(session, asked, signal).then((texts) => texts?.get(INVOCATION_ID.toLowerCase())?.[0] ?? dn)
  invocations.set(session, read)
  return read
}

/** All values, those with an option such as `lastusn;userroot` with it; empty where there is none. */
function valuesOf(texts: Texts | undefined, attribute: string): string {
  const name = attribute.toLowerCase()
  const own = [...(texts ?? [])].filter(([key]) => key === name || key.startsWith(`${name};`))
  return own
    .flatMap(([key, values]) =>
      values.map((value) => (key === name ? value : `${key.slice(name.length + 1)}=${value}`)),
    )
    .sort()
    .join(',')
}

/** A connection takes one search at a time. */
async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const one of all) results.push(await work(one))
  return results
}
