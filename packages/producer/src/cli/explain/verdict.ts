import { formatTime } from '@provisioner/shared/format-time.ts'
import { describeCategory, describeDecision } from '@provisioner/shared/ledger/describe-held.ts'
import { isWhole } from '@provisioner/shared/ledger/entitlements.ts'
import { parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { PRESENCE, type Kept } from '@provisioner/shared/ledger/undone.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { describeKept } from '../undo/list-undone.ts'
import type { Named } from '../find-named.ts'
import type { KnownOf, Waiting } from './known-of.ts'
import type { Leaver } from './leaver.ts'

/** What somebody is to the connection, in one word and in one sentence. */
export interface Verdict {
  readonly state:
    | 'in step'
    | 'waiting'
    | 'held'
    | 'refused'
    | 'left out'
    | 'out of scope'
    | 'not managed'
    | 'leaving'
    | 'left'
    | 'gone in Zendesk'
    | 'not planned'
    | 'unreadable'
    | 'undone'
  /** For people: what it is, and what to do about it where there is something. */
  readonly says: string
}

/** What a verdict rests on. */
export interface Case {
  readonly kind: 'user' | 'group'
  /** What a person calls it. */
  readonly name: string
  readonly connection: string
  readonly known: KnownOf
  /** Of a user who is not to have access. */
  readonly leaver?: Leaver | undefined
  /** Why the entry can't be mapped. */
  readonly leftOut?: Problem | undefined
  /** Of a group that is not managed: why. */
  readonly unmanaged?: string | undefined
  /** Set of whom the history knows: the user, or group, of Zendesk that it had. */
  readonly inHistory?: Named['inHistory']
  /** What is reported of it. */
  readonly problems: readonly Problem[]
  /** What an admin has made of whether it is there, whatever the directory says. */
  readonly undone?: Kept | undefined
}

/**
 * The verdict: the first that holds.
 *
 *   the ledger can't read what it has                      | unreadable
 *   whether it is there was undone, and is so              | undone
 *   who is not to have access                              | as {@link ofLeaver} says
 *   the entry can't be mapped                              | left out
 *   the whole change, or the link, is held                 | held
 *   Zendesk has refused it for good                        | refused
 *   it is released and not written                         | waiting
 *   a group that is not managed, or not there any more     | not managed
 *   somebody deleted it in Zendesk                         | gone in Zendesk
 *   it is linked, and a part of a change is held           | held
 *   it is linked                                           | in step
 *   the first plan waits for approval                      | held
 *   a problem is reported                                  | refused
 *   anything else                                          | not planned
 */
export function verdictOn(one: Case): Verdict {
  const { name, kind, connection, known, leaver, leftOut, unmanaged, problems, undone } = one
  const { record, waiting } = known
  const there = placeOf(one)
  if (known.isUnreadable)
    return {
      state: 'unreadable',
      says: `What the ledger has of ${name} can't be read: a cycle sets it aside and looks anew.`,
    }
  if (undone && !waiting && record?.applied?.presence === undone.to)
    return { state: 'undone', says: `${name} ${there}: ${describeKept(PRESENCE, undone)}.` }
  if (leaver) return ofLeaver(one, leaver)
  if (leftOut) {
    const fate = record?.zendeskId == null ? 'is not in Zendesk' : `${there}, and stays as it is`
    return { state: 'left out', says: `${name} ${fate}: left out for ${leftOut.code}: ${sentence(leftOut.what)}` }
  }
  const whole = heldOf(known, kind, (part) => part === undefined || part === 'link')
  if (whole) return { state: 'held', says: `${name} ${there}: ${describeHold(whole, one)}` }
  if (waiting?.refusal) return { state: 'refused', says: `${name} ${there}: ${describeRefusal(waiting)}` }
  if (waiting) return { state: 'waiting', says: `${name} ${there}: ${describeWaiting(waiting)}` }
  if (unmanaged !== undefined) {
    const stays = record?.zendeskId == null ? '' : ` It ${there}, and stays so.`
    const says = `${name} is a group that connection '${connection}' does not manage: ${unmanaged}.${stays}`
    return { state: 'not managed', says }
  }
  const goneSince = record?.goneSince ?? null
  if (goneSince !== null) {
    const says = `${name} is not in Zendesk: deleted there, noticed ${formatTime(goneSince)}.`
    return { state: 'gone in Zendesk', says }
  }
  if (record?.zendeskId != null) {
    const part = heldOf(known, kind, () => true)
    if (part) return { state: 'held', says: `${name} ${there}: ${describeHold(part, one)}` }
    const isSuspended = kind === 'user' && (record as UserRecord).applied?.presence === 'suspended'
    const suspended = isSuspended ? ', suspended there by somebody else' : ''
    const told = problems.length > 0 ? `; ${problems.map(({ code }) => code).join(', ')} reported` : ''
    const says = `${name} ${there}${suspended}, in step since ${formatTime(record.appliedRevision)}${told}.`
    return { state: 'in step', says }
  }
  if (known.firstRun.waiting)
    return {
      state: 'held',
      says: `${name} is not in Zendesk: the first plan waits for approval ('provisioner approve ${connection}').`,
    }
  const [problem] = problems
  if (problem)
    return { state: 'refused', says: `${name} is not in Zendesk: ${problem.code}: ${sentence(problem.what)}` }
  const when = known.lastCycleAt === null ? 'no cycle has ended yet' : 'the next cycle plans it, or says why not'
  return { state: 'not planned', says: `${name} is not in Zendesk: ${when}.` }
}

/**
 * Of somebody who is not to have access, the first that holds:
 *
 *   never was in Zendesk, and nothing waits     | out of scope, or left
 *   the guard holds the removal                 | held
 *   has time by `users.removeAfter`             | leaving
 *   Zendesk refuses the removal                 | refused
 *   the removal is released and not written     | waiting
 *   suspended by us, or by somebody else        | left
 *   `remove: ignore`, or a problem is reported  | left, and active
 *   anything else                               | leaving: the next cycle plans it
 */
function ofLeaver(one: Case, { cause, why, action, grace }: Leaver): Verdict {
  const { name, kind, known, problems } = one
  const { record, waiting } = known
  const lead = `${name} ${why}`
  const state = cause === 'outOfScope' && record?.zendeskId == null ? ('out of scope' as const) : ('left' as const)
  if (known.forgottenAt !== null && record === undefined)
    return { state, says: `${lead}; deleted in Zendesk, and forgotten ${formatTime(known.forgottenAt)}.` }
  if (record?.zendeskId == null && !waiting) return { state, says: `${lead}. ${placeBefore(one)}.` }
  const held = heldOf(known, kind, (part) => part === undefined)
  if (held) return { state: 'held', says: `${lead}; ${placeOf(one)}: ${describeHold(held, one)}` }
  if (grace && grace.due > Date.now()) {
    const fate = action === 'delete' ? 'deleted' : 'suspended'
    const until = `${formatTime(grace.due)} (users.removeAfter.${cause})`
    return { state: 'leaving', says: `${lead}; ${placeOf(one)}, as before until ${until}, then ${fate}.` }
  }
  if (waiting?.refusal) return { state: 'refused', says: `${lead}; ${placeOf(one)}: ${describeRefusal(waiting)}` }
  if (waiting) return { state: 'waiting', says: `${lead}; ${placeOf(one)}: ${describeWaiting(waiting)}` }
  const user = record as UserRecord
  if (user.applied?.presence === 'suspended') {
    const by = user.suspendedByUs
      ? `suspended by us, released ${formatTime(user.appliedRevision)}`
      : 'suspended by somebody else'
    const kept = known.entitlements
    const seat =
      kept && isWhole(kept) ? ', their seat is free: role and groups are kept, and given back should they return' : ''
    return { state: 'left', says: `${lead}; user ${user.zendeskId} is ${by}${seat}.` }
  }
  if (action === 'ignore')
    return { state: 'left', says: `${lead}; ${placeOf(one)}, and stays so: users.remove.${cause} is ignore.` }
  const [problem] = problems
  if (problem) return { state: 'left', says: `${lead}; ${placeOf(one)}: ${problem.code}: ${sentence(problem.what)}` }
  return { state: 'leaving', says: `${lead}; ${placeOf(one)} still: the next cycle plans what becomes of them.` }
}

/** Of whom the ledger knows nothing, be it that Redis was lost. */
function placeBefore({ inHistory }: Pick<Case, 'inHistory'>): string {
  if (inHistory?.zendeskId == null) return 'They are not in Zendesk'
  return `The ledger does not know them; by the history they were Zendesk's user ${inHistory.zendeskId}`
}

/** `is in Zendesk as agent 123`, or that it is not. */
function placeOf({ kind, known: { record } }: Pick<Case, 'kind' | 'known'>): string {
  if (record?.zendeskId == null) return 'is not in Zendesk'
  const role = kind === 'user' ? ((record as UserRecord).applied?.attributes['role'] ?? 'user') : 'group'
  const named = kind === 'group' && (record as GroupRecord).applied ? ` '${(record as GroupRecord).applied!.name}'` : ''
  return `is in Zendesk as ${String(role)} ${record.zendeskId}${named}`
}

/** The first held change of the entity itself, and not of its memberships, whose part fits. */
function heldOf(
  { held }: Pick<KnownOf, 'held'>,
  kind: 'user' | 'group',
  fits: (part: string | undefined) => boolean,
): DecidedChange | undefined {
  return held.find(({ key }) => {
    const about = parseHeldKey(key)
    return about.kind === kind && fits(about.part)
  })
}

function describeHold(change: DecidedChange, { known, connection, name }: Case): string {
  const { operation, category, cause, decision, label } = change
  const { part } = parseHeldKey(change.key)
  const attribute = part === undefined || part === 'link' ? '' : ` of ${part}`
  const what = `${operation}${attribute}${cause === '' ? '' : ` (${cause})`}`
  if (decision?.decision === 'rejected') return `${what} was ${sentence(describeDecision(decision))}`
  if (decision) return `${what} is ${describeDecision(decision)}; it goes out with the next cycle.`
  const measure = known.measures[category]
  const of = describeCategory(category, measure?.asked ?? 1, measure)
  const text = label || name
  const matching = /^[\w.@+-]+$/.test(text) ? text : `'${text.replaceAll("'", '')}'`
  const decide = `provisioner approve ${connection} --matching ${matching}`
  return `${what} is held by the guard, ${of}: approve or reject it (${decide}).`
}

function describeRefusal({ operation, refusal, job }: Waiting): string {
  const { at, code, message } = refusal!
  const next = job.nextAt === null ? '' : ` Tried again ${formatTime(job.nextAt)}, or when the entry changes.`
  return `Zendesk refuses ${operation} since ${formatTime(at)}: ${code}: ${sentence(message)}${next}`
}

/** What the job of a released change does: `update user (phone) waits: failed 3 times: …; tried next at …`. */
export function describeWaiting({
  operation,
  changed,
  since,
  failures,
  paused,
  job,
}: Omit<Waiting, 'refusal'>): string {
  const what = `${operation}${changed.length > 0 ? ` (${changed.join(', ')})` : ''}, released ${formatTime(since)},`
  const { state, attempts, reason, nextAt } = job
  const next = nextAt === null ? '' : `; tried next ${formatTime(nextAt)}`
  if (paused !== null) return `${what} waits: writing is ${paused}; 'provisioner resume' ends that.`
  if (state === 'failed') {
    const often = failures && failures.times > 1 ? `${times(failures.times)} since ${formatTime(failures.since)}` : ''
    return `${what} has failed with all its attempts${often}: ${clause(reason)}${next || '; the next cycle looks at it'}.`
  }
  if (state === 'active') return `${what} is being written.`
  if (state === 'missing' || state === 'unreadable' || state === 'unknown')
    return `${what} has no job that can be read: the next cycle adds it.`
  if (attempts > 0) return `${what} waits: its job failed${times(attempts)}: ${clause(reason)}${next}.`
  if (reason !== null) return `${what} waits: ${clause(reason)}${next}.`
  return `${what} waits for a worker${next}.`
}

function times(count: number): string {
  return count === 0 ? '' : count === 1 ? ' once' : ` ${count} times`
}

function clause(text: string | null): string {
  return (text ?? 'nobody noted why').replace(/\.$/, '')
}
