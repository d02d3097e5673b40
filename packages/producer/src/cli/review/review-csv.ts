import { isWhole, type Review, type TeamMember } from './review-file.ts'

type Cell = string | number | boolean | null

/** How several values stand in one cell. */
const AND = '; '

/**
 * A review as CSV (RFC 4180): a line of names, then a line for each team member. What is said of the review as a whole
 * stands in every line, so that a line that is copied says where it comes from.
 */
export function reviewCsv(review: Review): string {
  const whole = [
    review.accessReviewOf,
    review.at,
    review.version,
    review.connections.map(({ connection, configuration }) => `${connection}=${configuration}`).join(AND),
    review.connections.map(({ connection, lastCycle }) => `${connection}=${lastCycle?.endedAt ?? 'none'}`).join(AND),
    isWhole(review),
  ]
  const codes = Map.groupBy(review.findings, ({ zendeskId }) => zendeskId)
  const rows = review.members.map((member) => [
    ...cellsOf(member),
    (codes.get(member.zendeskId) ?? []).map(({ code, what }) => `${code}: ${what}`).join(AND),
    ...whole,
  ])
  return [NAMES, ...rows].map((row) => `${row.map(asCell).join(',')}\r\n`).join('')
}

const NAMES = [
  ...['email', 'name', 'zendesk_id', 'role', 'custom_role', 'seat', 'suspended', 'last_sign_in', 'created'],
  ...['groups', 'brands', 'entry', 'connection', 'dn', 'directory_id', 'why', 'protected_by', 'api_user', 'findings'],
  ...['account', 'reviewed_at', 'version', 'configuration', 'last_cycle', 'directories_read_whole'],
]

function cellsOf(one: TeamMember): Cell[] {
  return [
    ...[one.email, one.name, one.zendeskId, one.role, one.customRole, one.seat, one.suspended],
    ...[one.lastSignIn, one.createdAt, one.groups?.join(AND) ?? 'not read', one.brands?.join(AND) ?? 'not read'],
    ...[one.entry, one.connection, one.dn, one.directoryId, one.why, one.protectedBy, one.apiUser],
  ]
}

/**
 * A cell as the file has it. Spreadsheets take what begins with `=`, `+`, `-`, `@`, a tab or a line break for a
 * formula, and a name is whatever somebody wrote: such a cell gets an apostrophe in front of it (OWASP, CSV injection).
 *
 *   value      | cell
 *   -----------|-------------
 *   Ada        | Ada
 *   a,b  a"b   | "a,b"  "a""b"
 *   =1+1       | '=1+1
 *   null       | nothing
 */
export function asCell(value: Cell): string {
  const text = value === null ? '' : String(value)
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
