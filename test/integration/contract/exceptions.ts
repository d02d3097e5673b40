/** Something in which the official file is known to be wrong, or silent. */
export interface Exception {
  /** The differences that are no fault; see `exchangeDifferences`. */
  readonly differs: RegExp
  /**
   * How that is known: real accounts were recorded doing it (a test looks it up); Zendesk publishes it elsewhere; or
   * nobody knows, and this is the sandbox's guess.
   */
  readonly known: 'recorded' | 'published' | 'guessed'
  readonly why: string
}

/** The only place where a request or an answer is excused from what the official file says. Each must be needed. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    differs: /answer\.users?(\[\])?\.(alias|details|notes|signature|last_login_at): null in place of string$/,
    known: 'recorded',
    why: 'what a user does not have is null',
  },
  {
    differs: /answer\.users?(\[\])?\.default_group_id: null in place of integer$/,
    known: 'recorded',
    why: 'an end user has no group',
  },
  {
    differs: /answer\.users?(\[\])?\.email: null in place of string$/,
    known: 'recorded',
    why: 'a user without an address has none, and a deletion takes it away',
  },
  {
    differs: /^GET \S+ answer\.(meta|links): not declared$/,
    known: 'recorded',
    why: 'lists by cursor have an envelope',
  },
  {
    differs: /answer\.(next_page|previous_page|count): not declared$/,
    known: 'recorded',
    why: 'lists without a cursor have the older envelope',
  },
  {
    differs: /^POST \S+\/identities request: not declared$/,
    known: 'published',
    why: 'the declaration forgets the body of a new identity: without it there is nothing to create',
  },
  {
    differs: /^GET \/api\/v2\/audit_logs: no such operation$/,
    known: 'published',
    why: 'the file is without the account’s audit log, which has a page of its own at developer.zendesk.com',
  },
  {
    differs: /^GET \/api\/v2\/brand_agents: no such operation$/,
    known: 'published',
    why: 'the file has those of one user alone; the page of brand agents at developer.zendesk.com has the whole list',
  },
  {
    differs: /^GET \S+\/(groups\/\{group_id\}\/memberships|brand_agents) query\.page: not declared$/,
    known: 'published',
    why: 'the pagination page says that every list by cursor takes page[size] and page[after]',
  },
  {
    differs: /^GET \S+\/locales answer\.locales\[\]\.(native_name|presentation_name|rtl|default): not declared$/,
    known: 'published',
    why: 'the list of Zendesk’s own account, which anybody may read, has them',
  },
  {
    differs: /^POST \/oauth\/tokens request: not declared$/,
    known: 'published',
    why: 'the declaration has the request’s parameters in words only',
  },
  {
    differs: /^GET \S+\/job_statuses\S* answer\S+\.results\[\]\.(index: missing|status: not declared)$/,
    known: 'recorded',
    why: 'results of creations have no index and tell their status',
  },
  {
    differs: /^GET \S+\/job_statuses\S* answer\S+\.results\[\]\.(email|external_id): not declared$/,
    known: 'published',
    why: 'results of creations repeat what the request told; tests that a client’s authors run against Zendesk rely on it',
  },
  {
    differs: /^(GET|PUT) \/api\/v2\/(users\/\d+\/tickets\/assigned|tickets\/\w+|search): no such operation$/,
    known: 'published',
    why: 'what is kept of the file here is without tickets and searches: their pages have them',
  },
  {
    differs: /status (404|400|422): not declared, \{description,(details,)?error(,max_count)?\}$/,
    known: 'recorded',
    why: 'the file declares successes; refusals have this shape',
  },
  {
    differs: /status 403: not declared, \{description,error\}$/,
    known: 'published',
    why: 'the Users page says so of bulk user import that is off; of a token’s scopes there are answers in public',
  },
  {
    differs: /status 429: not declared, text$/,
    known: 'recorded',
    why: 'going beyond a limit is answered in plain text',
  },
  {
    differs: /_many status 429: not declared, \{current_job_ids,description,error\}$/,
    known: 'published',
    why: 'the Job Statuses page has this body for too many of them; clients take it for a 429, which is a guess',
  },
  {
    differs: /status 409: not declared, (\{description,error\}|text)$/,
    known: 'published',
    why: 'writes that collide are answered in both forms: they stand in clients’ issues and tests',
  },
  {
    differs: /status 401: not declared, \{error\}$/,
    known: 'guessed',
    why: 'credentials that are refused',
  },
  {
    differs: /status (500|502|503): not declared, (\{description,error\}|text)$/,
    known: 'guessed',
    why: 'Zendesk in trouble; the Rate limits page names 503 and nobody shows a body, so it may be JSON or a page',
  },
]
