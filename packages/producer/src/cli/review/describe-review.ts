import Table from 'cli-table3'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { terminalColumns } from '../plan/plan-table.ts'
import { breakWords, columnWidths } from './column-widths.ts'
import type { ReviewChanges } from './compare-reviews.ts'
import { whoIs } from './judge-member.ts'
import { FINDING_CODES, isWhole, type FindingCode, type Review, type TeamMember } from './review-file.ts'

/** What is to be done about a finding, in one line. */
const WHAT_TO_DO: Readonly<Record<FindingCode, string>> = {
  NOBODY_IN_DIRECTORY: 'take their role away in Zendesk, give them an entry, or name them in accounts.*.protect',
  ENTRY_DISABLED: "see 'provisioner held' and 'provisioner problems': the suspension waits, or is switched off",
  ADMIN_UNEXPECTED: 'lower them in Zendesk, or let the mapping say who is an admin (users.map.role.allowAdmin)',
  NOT_LINKED: "see 'provisioner plan' and 'provisioner problems': the entry waits, or another one has their address",
  ROLE_DIFFERS: "'provisioner plan --full' shows whether a cycle sets it right; lowering needs role.allowDowngrade",
  GROUPS_DIFFER: "'provisioner plan --full' shows whether a cycle sets it right, or see 'provisioner held'",
  BRANDS_DIFFER:
    "'provisioner plan' shows whether it waits; brands changed by hand are set right when the entry changes",
  EMAIL_DIFFERS: "'provisioner plan --full' shows whether a cycle sets it right",
  NAME_DIFFERS: "with 'drift: repair' full cycles set it right, or correct it in the directory",
  SUSPENDED_ON_SEAT: 'free the seat: users.remove.agents says downgrade or light-agent, or lower them in Zendesk',
  SEAT_IDLE: 'ask them, or who leads them, whether they need it',
}

/** Findings of one kind that are listed before the rest is only counted. */
const LISTED = 20

/** A review for people: a summary, what was found by kind, what has changed, and the team. */
export function describeReview(
  review: Review,
  changes: ReviewChanges | undefined,
  columns = terminalColumns(),
): string {
  const { members } = review
  return [
    ...summaryOf(review),
    ...findingsOf(review),
    ...(changes ? changesOf(changes) : []),
    ...(members.length > 0 ? ['', tableOf(members, columns)] : []),
  ].join('\n')
}

/** What stands first: whose team, how many they are, and how much was read. */
export function summaryOf(review: Review): string[] {
  const { accessReviewOf: account, url, at, counts, connections, notRead, findings } = review
  const parts = [
    `${counts.admins} ${counts.admins === 1 ? 'admin' : 'admins'}`,
    `${counts.agents} ${counts.agents === 1 ? 'agent' : 'agents'}`,
  ]
  const found =
    findings.length === 0 ? 'no findings' : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  return [
    `Access review of account '${account}' (${url}), ${formatTime(Date.parse(at))}`,
    `${counts.members} team ${counts.members === 1 ? 'member' : 'members'} (${parts.join(', ')}), ` +
      `${counts.suspended} suspended, ${counts.seats} ${counts.seats === 1 ? 'seat' : 'seats'} taken: ${found}.`,
    ...connections.map(({ connection, directory, lastCycle }) => {
      const cycle = lastCycle
        ? `the last cycle ended ${formatTime(Date.parse(lastCycle.endedAt))}`
        : 'no cycle has ended yet'
      const read = directory.readWhole
        ? `its directory was read whole, ${directory.entries} entries in scope`
        : `its directory was NOT READ (${directory.why}), so nobody is found to be missing there`
      return `Connection '${connection}': ${read}; ${cycle}.`
    }),
    ...notRead.map(({ list, why }) => `Zendesk does not let the ${list} be read: ${why}.`),
    ...(isWhole(review) ? [] : ['This review is NOT COMPLETE: make it again once every directory can be read.']),
  ]
}

function findingsOf({ findings }: Review): string[] {
  const byCode = Map.groupBy(findings, ({ code }) => code)
  return FINDING_CODES.flatMap((code) => {
    const some = byCode.get(code) ?? []
    if (some.length === 0) return []
    const rest = some.length - LISTED
    return [
      '',
      `${code} (${some.length}): ${WHAT_TO_DO[code]}`,
      ...some.slice(0, LISTED).map(({ who, what }) => `  ${who}: ${what}`),
      ...(rest > 0 ? [`  … and ${rest} more (--csv or --json has them all)`] : []),
    ]
  })
}

function changesOf({ since, joined, left, changed, newFindings, solvedFindings }: ReviewChanges): string[] {
  const lines = [
    ...joined.map((one) => `  joined the team: ${whoIs(one)}, ${one.role}`),
    ...left.map((one) => `  left the team: ${whoIs(one)}, was ${one.role}`),
    ...changed.flatMap(({ who, changes }) =>
      changes.map(({ what, before, now }) => `  ${who}: ${what} ${before} → ${now}`),
    ),
    ...newFindings.map(({ code, who }) => `  new: ${code} ${who}`),
    ...solvedFindings.map(({ code, who }) => `  solved: ${code} ${who}`),
  ]
  const heading = `Since ${formatTime(Date.parse(since))}`
  return ['', ...(lines.length > 0 ? [`${heading}:`, ...lines] : [`${heading} nothing has changed.`])]
}

/** The table's narrowest and widest form, columns. */
const NARROW = 60
const WIDE = 200

/** From so many columns on, groups and brands are shown as well. */
const ROOMY = 120

/** The columns of the table: a fixed width, or a share of what is left once each has room for its longest word. */
const COLUMNS = [
  { head: 'who', share: 4, of: whoIs },
  { head: 'role', share: 3, of: roleAndState },
  { head: 'groups', share: 4, isRoomy: true, of: ({ groups }: TeamMember) => groups?.join(', ') ?? 'not read' },
  { head: 'brands', share: 3, isRoomy: true, of: ({ brands }: TeamMember) => brands?.join(', ') ?? 'not read' },
  { head: 'signed in', width: 10, of: ({ lastSignIn }: TeamMember) => lastSignIn?.slice(0, 10) ?? 'never' },
  { head: 'why', share: 6, of: ({ why }: TeamMember) => why },
]

function tableOf(members: readonly TeamMember[], columns: number): string {
  const width = Math.min(Math.max(columns, NARROW), WIDE)
  const shown = COLUMNS.filter(({ isRoomy }) => !isRoomy || width >= ROOMY)
  const fixed = shown.reduce((sum, one) => sum + (one.width ?? 0), 0)
  const room = width - 1 - 3 * shown.length - fixed
  const flexible = shown.filter((one) => one.width === undefined)
  const found = columnWidths(
    flexible.map(({ head, share, of }) => ({ share, texts: [head, ...members.map(of)] })),
    room,
  )
  const widths = shown.map((one) => one.width ?? found[flexible.indexOf(one)]!)
  const table = new Table({
    head: shown.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
    colWidths: widths.map((one) => one + 2),
    wordWrap: true,
  })
  for (const member of members) table.push(shown.map(({ of }, i) => breakWords(of(member), widths[i]!)))
  return table.toString()
}

function roleAndState(member: TeamMember): string {
  const { role, customRole, suspended, apiUser, protectedBy, seat } = member
  const marks = [
    suspended && 'suspended',
    apiUser && 'API user',
    protectedBy !== null && 'protected',
    !seat && 'no seat',
  ]
  return [role, customRole, ...marks].filter(Boolean).join(', ')
}
