/** Jobs on one page: the most that the board's own settings let a person choose. */
const MAX_JOBS_PER_PAGE = 300
/** The last page that anybody gets: beyond it lie numbers that Redis does not take. */
const MAX_PAGE = 1_000_000

/**
 * The query of a request of the board, asking for no more than a page. Bull Board itself would read, and send, as many
 * jobs as it is asked for. What is no number is left to it.
 */
export function limitPage(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...query, ...atMost('jobsPerPage', query, MAX_JOBS_PER_PAGE), ...atMost('page', query, MAX_PAGE) }
}

function atMost(name: string, query: Readonly<Record<string, unknown>>, most: number): Record<string, string> {
  return Number(query[name]) > most ? { [name]: String(most) } : {}
}
