import { Control, PagedResultsControl, type SearchEntry, type SearchResponse } from 'ldapts'
import { IncompleteScanError, type ScanProgress } from './errors.ts'
import { assertWhole } from './faults.ts'
import { parseFilter } from './filter.ts'
import type { Session } from './session.ts'
import type { Search } from '../directory.ts'

/** Servers may answer with empty pages while they filter, but none does so for ever. */
const MAX_EMPTY_PAGES = 10_000

/** LDAP_SERVER_DOMAIN_SCOPE_OID: Active Directory then names no referrals to its other naming contexts. */
export const DOMAIN_SCOPE = '1.2.840.113556.1.4.1339'

export interface PagedSearch extends Search {
  readonly pageSize: number
  readonly domainScope: boolean
}

/**
 * Reads a search page by page (RFC 2696). The loop is our own, since ldapts' ends at an empty page although the
 * server's cookie says that more follow. The session asserts the bind before and after every page.
 *
 * @throws IncompleteScanError when a page is not whole, or the server loses the thread.
 */
export async function* pages(
  session: Session,
  search: PagedSearch,
  progress: ScanProgress,
  signal: AbortSignal,
): AsyncGenerator<readonly SearchEntry[], void, void> {
  const { base: baseDN, scope, attributes } = search
  const filter = parseFilter(search.filter)
  let cookie: Buffer = Buffer.alloc(0)
  let emptyPages = 0
  do {
    const paging = new PagedResultsControl({ value: { size: search.pageSize, cookie } })
    const controls = search.domainScope ? [paging, new Control(DOMAIN_SCOPE)] : [paging]
    const answer = await session.search({ baseDN, scope, filter, attributes: [...attributes], controls }, signal)

    progress.pages += 1
    progress.entries += answer.searchEntries.length
    assertWhole(answer, search, progress)
    emptyPages = answer.searchEntries.length === 0 ? emptyPages + 1 : 0
    cookie = nextCookie(answer, progress, search)
    if (emptyPages > MAX_EMPTY_PAGES) throw pagingBroken(search, progress, `${emptyPages} pages in a row were empty`)

    yield answer.searchEntries
  } while (cookie.length > 0)
}

/** The cookie for the next page, empty at the end. Only a server that never paged may leave the control out. */
function nextCookie(answer: SearchResponse, progress: ScanProgress, search: PagedSearch): Buffer {
  const control = answer.controls?.find((candidate) => candidate instanceof PagedResultsControl)
  if (control === undefined && progress.pages > 1) {
    throw pagingBroken(search, progress, `page ${progress.pages} does not say whether more follow`)
  }
  return control?.value?.cookie ?? Buffer.alloc(0)
}

function pagingBroken(search: PagedSearch, progress: ScanProgress, what: string): IncompleteScanError {
  const todo = 'Report it with the name and version of the directory server.'
  return new IncompleteScanError(search, progress, { reason: 'paging broken', what, todo })
}
