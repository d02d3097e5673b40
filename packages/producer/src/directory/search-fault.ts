import { IncompleteScanError, SearchFilterError, type IncompleteReason } from './ldap/errors.ts'

/** What is wrong with the search rather than with the server: a next attempt would end the same way. */
const OF_THE_SEARCH: readonly IncompleteReason[] = [
  'base missing',
  'no rights',
  'referral',
  'refused',
  'size limit',
  'time limit',
]

/** What is wrong with a search that somebody wrote into the directory; undefined when it is not the search's fault. */
export function searchFault(error: unknown): string | undefined {
  const isOurs = error instanceof IncompleteScanError && OF_THE_SEARCH.includes(error.reason)
  return isOurs || error instanceof SearchFilterError ? error.message : undefined
}

/** Whether the base of a search does not exist, or the bind DN may not search below it. */
export function isOutOfReach(error: unknown): boolean {
  return error instanceof IncompleteScanError && (error.reason === 'base missing' || error.reason === 'no rights')
}
