import Table from 'cli-table3'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { asCell } from '../review/review-csv.ts'
import { terminalColumns } from '../plan/plan-table.ts'
import type { ToldChange, ToldEvent } from './told-event.ts'

/** A value is shown in so many characters at most. */
const LONGEST = 60

/** Of a terminal's width, what the columns before the last one take. */
const BEFORE_LAST = 82

/** Events as a table for people. */
export function eventTable(events: readonly ToldEvent[], columns = terminalColumns()): string {
  const table = new Table({
    head: ['time', 'what', 'who', 'old → new, why'],
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, null, Math.max(30, columns - BEFORE_LAST)],
    wordWrap: true,
  })
  for (const one of events)
    table.push([formatTime(one.at).slice(0, 19), whatOf(one), one.label ?? one.connection ?? one.account, whyOf(one)])
  return table.toString()
}

/** An event on one line: `suspend user (refused)  presence: active → suspended`; of a membership with whose it is. */
export function eventLine(one: ToldEvent): string {
  const why = whyOf(one).replaceAll('\n', '; ')
  const whose = one.kind === 'membership' && one.label !== null ? `  ${one.label}` : ''
  return `${whatOf(one)}${whose}${why === '' ? '' : `  ${why}`}`
}

function whatOf({ operation, outcome, type, by }: ToldEvent): string {
  const how = type === 'change' && outcome !== 'applied' ? ` (${outcome})` : ''
  return `${operation}${how}${by === null ? '' : `, by ${by}`}`
}

function whyOf({ type, seq, changes, cause, cycle, requestId, jobStatusId }: ToldEvent): string {
  return [
    ...changes.map(describeChange),
    ...(cause === null ? [] : [cause]),
    // the numbers that 'provisioner undo' takes
    ...(type === 'change' ? [`change ${seq}`] : []),
    ...(cycle === null ? [] : [`cycle ${cycle}`]),
    ...(jobStatusId === null ? [] : [`job status ${jobStatusId}`]),
    ...(requestId === null ? [] : [`request ${requestId}`]),
  ].join('\n')
}

/** `phone: +1 → +2`; of a masked one `phone: *** → ***`. */
export function describeChange({ attribute, before, after }: ToldChange): string {
  return `${attribute}: ${shown(before)} → ${shown(after)}`
}

function shown(value: unknown): string {
  const text = value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

const COLUMNS = [
  ...['time', 'account', 'connection', 'type', 'operation', 'outcome', 'label', 'dn', 'user_id', 'group_id'],
  ...['zendesk_id', 'before', 'after', 'masked', 'cause', 'by', 'cycle', 'revision', 'request', 'job_status'],
  ...['sequence', 'hash'],
]

/** The first line of CSV (RFC 4180). */
export const CSV_HEAD = COLUMNS.join(',')

/** An event as a line of CSV. */
export function csvLine(one: ToldEvent): string {
  const side = (which: 'before' | 'after') =>
    one.changes.length === 0
      ? null
      : JSON.stringify(Object.fromEntries(one.changes.map((change) => [change.attribute, change[which]])))
  const masked = one.changes.flatMap(({ attribute, masked: isMasked }) => (isMasked ? [attribute] : []))
  return [
    ...[new Date(one.at).toISOString(), one.account, one.connection, one.type, one.operation, one.outcome, one.label],
    ...[one.dn, one.userId, one.groupId, one.zendeskId, side('before'), side('after'), masked.join(' '), one.cause],
    ...[one.by, one.cycle, one.revision, one.requestId, one.jobStatusId, one.seq, one.hash],
  ]
    .map(asCell)
    .join(',')
}
