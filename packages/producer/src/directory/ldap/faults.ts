import { MessageParserError, type SearchResponse } from 'ldapts'
import type { Search } from '../directory.ts'
import { type IncompleteReason, IncompleteScanError, type ScanProgress, SearchBaseMissingError } from './errors.ts'
import { describeResult } from './result-names.ts'
import { ConnectionLostError } from './session.ts'
import { NoAnswerError } from './within.ts'

interface Fault {
  readonly reason: IncompleteReason
  readonly what: string
  readonly todo: string
}

const REFERRAL: Fault = {
  reason: 'referral',
  what: 'the server refers to another one, which is not followed',
  todo: "Name the server that holds the base in 'directory.urls', in a connection of its own if need be",
}

const RETRY = 'The next cycle reads from the start; if this goes on, look into the log of the directory server'

/** Result codes of RFC 4511, appendix A. */
export const NO_SUCH_OBJECT = 32
export const NO_RIGHTS = 50

/** What the result codes of a search mean for its completeness (RFC 4511, appendix A), and what helps. */
const FAULTS: Readonly<Record<number, Fault>> = {
  3: {
    reason: 'time limit',
    what: "the server's time limit was hit",
    todo: 'Raise it for the bind DN (389 DS: nsTimeLimit), or index the attributes of the filter',
  },
  4: {
    reason: 'size limit',
    what: "the server's size limit was hit",
    todo:
      'Raise it for the bind DN (OpenLDAP: limits dn.exact="..." size.prtotal=unlimited size.pr=1000; ' +
      '389 DS: nsSizeLimit and nsPagedSizeLimit)',
  },
  10: REFERRAL,
  [NO_RIGHTS]: {
    reason: 'no rights',
    what: 'the bind DN has no right to search there',
    todo: 'Give it the right to search and read below the base, or correct the location in the configuration',
  },
  11: {
    reason: 'size limit',
    what: "the server's administrative limit was hit",
    todo: 'Raise it for the bind DN (389 DS: nsLookThroughLimit), or index the attributes of the filter',
  },
  34: {
    reason: 'no DN',
    what: 'the server takes it for no DN',
    todo: 'Correct it: a DN looks like uid=ada,ou=people,dc=acme,dc=com',
  },
}

/** @throws IncompleteScanError unless the answer is a whole one. */
export function assertWhole(
  answer: SearchResponse,
  search: Pick<Search, 'base' | 'filter' | 'setting'>,
  progress: ScanProgress,
): void {
  const { status, errorMessage, matchedDN, searchReferences } = answer
  if (status === NO_SUCH_OBJECT)
    throw new SearchBaseMissingError(search, progress, baseMissing(matchedDN, search.setting))
  if (status !== 0) {
    const refused: Fault = {
      reason: 'refused',
      what: `the server answers: ${describeResult(status, '')}`,
      todo: RETRY,
    }
    const fault = FAULTS[status] ?? refused
    throw new IncompleteScanError(search, progress, {
      ...fault,
      what: errorMessage ? `${fault.what} (${errorMessage})` : fault.what,
    })
  }
  const uris = searchReferences.flatMap((reference) => reference.uris)
  if (uris.length > 0) {
    const what = `part of it lies on other servers, which are not followed: ${uris.join(' ')}`
    throw new IncompleteScanError(search, progress, { ...REFERRAL, what })
  }
}

function baseMissing(matchedDn: string, setting = 'the location in the configuration'): Fault {
  const nearest = matchedDn === '' ? '' : `; the nearest entry that exists is '${matchedDn}'`
  return {
    reason: 'base missing',
    what: `the base does not exist, or the bind DN may not see it${nearest}`,
    todo: `Check that it was not removed, renamed or moved, and correct ${setting}`,
  }
}

/** Whether an error says that the connection, rather than the search, is at fault. */
export function isBrokenConnection(error: unknown): boolean {
  return error instanceof ConnectionLostError || error instanceof NoAnswerError || error instanceof MessageParserError
}

/** An error of a connection as one of the search that it broke; other errors stay what they are. */
export function asScanError(
  error: unknown,
  search: Pick<Search, 'base' | 'filter' | 'setting'>,
  progress: ScanProgress,
): unknown {
  const fault = connectionFault(error)
  return fault === undefined ? error : new IncompleteScanError(search, progress, { ...fault, cause: error })
}

function connectionFault(error: unknown): Fault | undefined {
  if (error instanceof ConnectionLostError) {
    return { reason: 'connection lost', what: 'the connection, and with it the bind, was lost', todo: RETRY }
  }
  if (error instanceof NoAnswerError) return { reason: 'no answer', what: error.message, todo: RETRY }
  if (error instanceof MessageParserError) {
    return { reason: 'refused', what: `the server's answer cannot be read: ${error.message}`, todo: RETRY }
  }
  return undefined
}
