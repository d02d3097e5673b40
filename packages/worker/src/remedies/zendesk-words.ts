/** Zendesk's words for an address or an external id that another user has. */
export function isDuplicate(words: string): boolean {
  return /already (being used|been taken)|DuplicateValue|has already been taken/i.test(words)
}

/** Zendesk's words for a user whose tickets keep the user from being deleted. */
export function isOpenTickets(words: string): boolean {
  return /requester on \d+ ticket|tickets? that (is|are) not closed/i.test(words)
}

/** Words of an item that failed for a passing reason: a collision with another write, a time-out of the database. */
export function isPassing(words: string): boolean {
  return /conflict|collision|timed? ?out|try again|temporar/i.test(words)
}

/** Words for an object that Zendesk does not have. */
export function isMissing(words: string): boolean {
  return /not ?found|does not exist|RecordNotFound/i.test(words)
}
