import { formatTime } from '@provisioner/shared/format-time.ts'
import { describeDecision, describeMeasure } from '@provisioner/shared/ledger/describe-held.ts'
import { describeMapping, describeReported } from '../describe-entry.ts'
import { describeKept } from '../undo/list-undone.ts'
import { eventLine } from '../history/describe-events.ts'
import { PAST } from '../decision-words.ts'
import type { Explained } from './explained.ts'
import { describeWaiting } from './verdict.ts'

/** A line of a section: what it is, and its value. */
type Row = readonly [what: string, value: string]

/** Decisions of before that are listed. */
const DECISIONS = 5

/** What `explain` says of one user or group, for people: the verdict, then a section for each place that was asked. */
export function describeExplained(one: Explained): string {
  const sections: (readonly [title: string, lines: readonly string[]])[] = [
    ['directory', rows(ofDirectory(one))],
    ['Zendesk', rows(ofZendesk(one))],
    ['waits, held, refused', rows(ofWaiting(one))],
    ['undone', rows(Object.entries(one.undone).map(([name, kept]) => [name, describeKept(name, kept)]))],
    ['in the last 90 days', rows(ofRecent(one))],
    ['groups', rows((one.groups ?? []).map(({ name, isIn, why }) => [name, describePlace(isIn, why)]))],
    ['members', rows(ofMembers(one))],
    ['mapping', describeMapping(one.mapping).filter((line) => line !== '')],
  ]
  const shown = sections.filter(([, lines]) => lines.length > 0)
  return [one.verdict.says, ...shown.flatMap(([title, lines]) => ['', title, ...lines]), ...describeReported(one)].join(
    '\n',
  )
}

function rows(all: readonly Row[]): string[] {
  const width = Math.max(...all.map(([what]) => what.length), 14)
  return all.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)
}

function ofDirectory({ connection, dn, id, location, mapping, outOfScope, ...one }: Explained): Row[] {
  const isPerson = one.kind === 'user'
  const { disabledBy, expiresAt, isInDirectory } = one
  return [
    ['dn', isInDirectory ? dn : `${dn || 'nobody knows'} (not there any more)`],
    ['directory id', id],
    ...(one.objectClasses.length > 0 ? [['object classes', one.objectClasses.join(', ')] as const] : []),
    ['connection', location === null ? connection : `${connection}, by users.locations[${location}]`],
    ...outOfScope.map((why) => ['out of scope', why] as const),
    ...(mapping ? [['disabled', describeDisabled(mapping.disabled, disabledBy)] as const] : []),
    ...(isPerson && expiresAt !== null
      ? [[expiresAt <= Date.now() ? 'expired' : 'expires', formatTime(expiresAt)] as const]
      : []),
  ]
}

function describeDisabled(disabled: boolean | 'unknown', by: string | null): string {
  const says = by === null ? '' : `, by ${by}`
  return `${disabled === 'unknown' ? 'nobody knows' : disabled ? 'yes' : 'no'}${says}`
}

function ofZendesk({ kind, link, zendesk, kept, leaving }: Explained): Row[] {
  if (link === null) return [['linked', 'to nothing']]
  const { origin, firstReleasedAt, appliedAt, suspendedByUs, presence } = link
  const how = origin === 'created' ? 'created by us' : origin === 'adopted' ? 'was there before us' : 'nobody knows how'
  const since = firstReleasedAt === null ? '' : `, first released ${formatTime(firstReleasedAt)}`
  const seat = kept?.role == null ? [] : [['seat', `free: ${kept.role} and ${kept.groups} groups are kept`] as const]
  return [
    ['linked', `${kind} ${link.zendeskId}, ${how}${since}`],
    ...(appliedAt === null ? [] : [['last written', `what was released ${formatTime(appliedAt)}`] as const]),
    ...(presence === 'suspended' ? [['suspended', suspendedByUs ? 'by us' : 'by somebody else'] as const] : []),
    ...seat,
    ...(leaving ? [['leaving', `since ${formatTime(leaving.since)}, until ${formatTime(leaving.due)}`] as const] : []),
    ...ofLook(kind, zendesk),
  ]
}

function ofLook(kind: Explained['kind'], look: Explained['zendesk']): Row[] {
  if (look === null) return []
  if (look.status === 'not asked') return [['holds', `not asked (${look.why})`]]
  if (look.status === 'gone') return [['holds', `no such ${kind} any more: deleted, or merged into another`]]
  const { role, suspended, lastLoginAt, differences, changedBy, groups } = look
  const who = `${role ?? 'user'}, ${suspended ? 'suspended' : 'not suspended'}, ${signedIn(lastLoginAt)}`
  const named = groups?.map(({ zendeskId, name }) => name ?? `${zendeskId} (not managed)`).toSorted()
  return [
    ['holds', kind === 'group' ? `'${look.name}'` : who],
    ...(named ? [['groups there', named.join(', ') || 'none'] as const] : []),
    ...differences.map(
      ({ attribute, is, written }) => ['differs', `${attribute} is ${is} in place of ${written}`] as const,
    ),
    ...(changedBy ? [['changed by', `'${changedBy.name}', ${changedBy.at}, by the audit log`] as const] : []),
  ]
}

function signedIn(at: string | null): string {
  return at === null ? 'never signed in' : `signed in ${at}`
}

function ofWaiting({ waiting, underWay, held, measures, decided }: Explained): Row[] {
  const { lease, bulkWrite, unconfirmed = [], creationSentAt } = underWay ?? {}
  const told = new Set(held.flatMap(({ key, decision }) => (decision ? [key] : [])))
  const before = decided.filter(({ key }) => !told.has(key)).slice(0, DECISIONS)
  return [
    ...(waiting?.refusal
      ? [
          [
            'refused',
            `${waiting.refusal.code}: ${waiting.refusal.message} (${formatTime(waiting.refusal.at)})`,
          ] as const,
        ]
      : []),
    ...(waiting && !waiting.refusal ? [['waits', describeWaiting(waiting)] as const] : []),
    ...(waiting ? [['job', `${waiting.job.id} (${waiting.job.state})`] as const] : []),
    ...held.map(({ category, operation, label, cause, decision }) => {
      const measure = measures[category]
      const by = decision ? `; ${describeDecision(decision)}` : measure ? `; ${describeMeasure(measure)}` : ''
      return ['held', `${operation}  ${label}  (${cause}${by})`] as const
    }),
    ...before.map(
      ({ operation, label, verdict, by, at, reason }) =>
        [
          'decided',
          `${operation}  ${label}  ${PAST[verdict]} by ${by}, ${formatTime(at)}${reason ? `: ${reason}` : ''}`,
        ] as const,
    ),
    ...(lease ? [['leased', `by worker ${lease.worker}, until ${formatTime(lease.until)}`] as const] : []),
    ...(bulkWrite
      ? [['bulk write', `Zendesk's job status ${bulkWrite.jobStatus ?? 'is not known yet'}`] as const]
      : []),
    ...(creationSentAt == null ? [] : [['unconfirmed', `a creation, sent ${formatTime(creationSentAt)}`] as const]),
    ...(unconfirmed.length > 0 ? [['unconfirmed', unconfirmed.join(', ')] as const] : []),
  ]
}

function ofRecent({ recent }: Explained): Row[] {
  if (recent === undefined) return []
  if (recent.status === 'not told') return [['not told', recent.why]]
  return recent.events.map((event) => [formatTime(event.at), eventLine(event)])
}

function describePlace(isIn: boolean, why: string | null): string {
  if (why === null) return 'in'
  return isIn ? `in, and not to be: ${why}` : `missing: ${why}`
}

function ofMembers({ members }: Explained): Row[] {
  if (!members) return []
  const { inDirectory, inZendesk, missing } = members
  return [
    ['in the directory', String(inDirectory)],
    ['in Zendesk', String(inZendesk)],
    ...missing.map(({ why, count, some }) => {
      const named = some.length > 0 ? ` (${some.join(', ')}${count > some.length ? ', …' : ''})` : ''
      return ['missing', `${count}: ${why}${named}`] as const
    }),
  ]
}
