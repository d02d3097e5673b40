/** Zendesk's words for an address or an external id that another user has. */
export function isDuplicate(words: string): boolean {
  return /already (being used|been taken)|DuplicateValue|has already been taken/i.test(words)
}

/** Zendesk's words for a user whose tickets keep the user from being deleted. */
export function isOpenTickets(words: string): boolean {
  return /requester on \d+ ticket|tickets? that (is|are) not closed/i.test(words)
}

/**
 * Whether a refusal is a collision with another write, as Zendesk words it: nothing else is known to pass by itself. A
 * sentence that only has such a word in it quotes a name or an address.
 *
 * @param code Zendesk's, where it gives one
 */
export function isCollision(code: string | undefined, sentence: string): boolean {
  return code === 'DatabaseConflict' || /^(Database|Requester creation) collision\b/i.test(sentence)
}

/**
 * Words for something that Zendesk does not have. Whether it is the object that was written, or an organization that is
 * named in it, they do not say: Zendesk is asked for the object then.
 */
export function isMissing(words: string): boolean {
  return /not ?found|does not exist|RecordNotFound/i.test(words)
}
