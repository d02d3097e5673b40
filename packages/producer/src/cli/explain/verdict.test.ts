import { describe, expect, it } from 'vitest'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { JobOf } from './job-of.ts'
import type { KnownOf, Waiting } from './known-of.ts'
import type { Leaver } from './leaver.ts'
import { verdictOn, type Case } from './verdict.ts'

const AT = Date.UTC(2026, 10, 30, 12, 3)
const TIME = '2026-11-30 12:03:00 UTC'
const YEAR_3000 = Date.UTC(3000, 0, 1)

const NOTHING: KnownOf = {
  ...{ record: undefined, isUnreadable: false, firstReleasedAt: null, waiting: null, underWay: null },
  ...{ measures: {}, firstRun: { status: 'done', waiting: undefined }, lastCycleAt: AT },
  ...{ held: [], decided: [], leavingSince: null, entitlements: null, forgottenAt: null },
}

const linked = (over: Partial<UserRecord> = {}): UserRecord => ({
  ...{ kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada@acme.com', revision: AT, desired: null, operation: null },
  ...{ changed: [], appliedRevision: AT, zendeskId: 123, origin: 'created', suspendedByUs: false },
  ...{ unconfirmed: [], creationSent: null, lookUpFirst: null, rejection: null, goneSince: null },
  applied: { presence: 'active', attributes: { role: 'agent' } },
  ...over,
})

const SUSPENDED = { presence: 'suspended', attributes: { role: 'end-user' } } as const

const held = (over: Partial<HeldChange> = {}) => ({
  ...({ key: 'user|u1', category: 'users', operation: 'suspend user', dn: 'uid=ada', label: 'ada@acme.com' } as const),
  ...{ cause: 'deleted', print: 'p', since: AT, decision: undefined },
  ...over,
})

const waiting = (job: Partial<JobOf> = {}, over: Partial<Waiting> = {}): Waiting => ({
  ...{ operation: 'update user', changed: ['phone'], since: AT, refusal: null, failures: null, paused: null },
  job: { ...{ id: 'staff.user.u1.1', state: 'wait', attempts: 0, reason: null, nextAt: null }, ...job },
  ...over,
})

const leaver = (over: Partial<Leaver> = {}): Leaver => ({
  ...{ cause: 'deleted', why: 'has left: the directory has no such entry any more', action: 'suspend', grace: null },
  ...over,
})

const problem = {
  code: 'EMAIL_OWNED',
  subject: 'user',
  id: 'u1',
  what: 'Another has the address',
  todo: 'Ask',
} as const
const MEASURE = { asked: 51, known: 400, limit: 50, used: 0, windowMs: 86_400_000 }
const REFUSAL = { code: 'REFUSED', message: 'Phone: is bad', at: AT }

const CASES: readonly [title: string, over: Partial<Case>, known: Partial<KnownOf>, state: string, says: string][] = [
  ['is in step', {}, { record: linked() }, 'in step', `Ada is in Zendesk as agent 123, in step since ${TIME}.`],
  [
    'is suspended by somebody else',
    {},
    { record: linked({ applied: { presence: 'suspended', attributes: { role: 'agent' } } }) },
    'in step',
    `Ada is in Zendesk as agent 123, suspended there by somebody else, in step since ${TIME}.`,
  ],
  [
    'has a problem',
    { problems: [problem] },
    { record: linked() },
    'in step',
    `Ada is in Zendesk as agent 123, in step since ${TIME}; EMAIL_OWNED reported.`,
  ],
  [
    'is held from being created',
    {},
    { held: [held({ operation: 'create user', category: 'creations', cause: '' })], measures: { creations: MEASURE } },
    'held',
    'Ada is not in Zendesk: create user is held by the guard, 51 creations of users (51 of 400; limit 50 in 24 h): ' +
      'approve or reject it (provisioner approve staff --matching ada@acme.com).',
  ],
  [
    'has one attribute held',
    {},
    {
      record: linked(),
      held: [held({ key: 'user|u1|phone', operation: 'update user', category: 'clearings:phone', cause: 'emptied' })],
    },
    'held',
    'Ada is in Zendesk as agent 123: update user of phone (emptied) is held by the guard, 1 clearing of phone: ' +
      'approve or reject it (provisioner approve staff --matching ada@acme.com).',
  ],
  [
    'has had a change rejected',
    {},
    { held: [{ ...held(), decision: { decision: 'rejected', print: 'p', by: 'eve', at: AT, reason: 'on leave' } }] },
    'held',
    `Ada is not in Zendesk: suspend user (deleted) was rejected by eve, ${TIME}: on leave.`,
  ],
  [
    'waits after failures',
    {},
    { record: linked(), waiting: waiting({ state: 'delayed', attempts: 3, reason: 'Zendesk is down.', nextAt: AT }) },
    'waiting',
    `Ada is in Zendesk as agent 123: update user (phone), released ${TIME}, waits: its job failed 3 times: ` +
      `Zendesk is down; tried next ${TIME}.`,
  ],
  [
    'has failed for now',
    {},
    {
      record: linked(),
      waiting: waiting(
        { state: 'failed', attempts: 8, reason: 'Zendesk is down', nextAt: AT },
        { failures: { times: 2, since: AT } },
      ),
    },
    'waiting',
    `Ada is in Zendesk as agent 123: update user (phone), released ${TIME}, has failed with all its attempts 2 times ` +
      `since ${TIME}: Zendesk is down; tried next ${TIME}.`,
  ],
  [
    'is paused',
    {},
    { record: linked(), waiting: waiting({}, { paused: 'paused by eve (import)' }) },
    'waiting',
    `Ada is in Zendesk as agent 123: update user (phone), released ${TIME}, waits: writing is paused by eve (import); ` +
      "'provisioner resume' ends that.",
  ],
  [
    'is refused',
    {},
    { record: linked(), waiting: waiting({ state: 'failed' }, { refusal: REFUSAL }) },
    'refused',
    `Ada is in Zendesk as agent 123: Zendesk refuses update user since ${TIME}: REFUSED: Phone: is bad.`,
  ],
  [
    'is left out',
    { leftOut: { ...problem, code: 'EMAIL_MISSING', what: 'There is no address' } },
    {},
    'left out',
    'Ada is not in Zendesk: left out for EMAIL_MISSING: There is no address.',
  ],
  [
    'is gone in Zendesk',
    {},
    { record: linked({ zendeskId: null, goneSince: AT }) },
    'gone in Zendesk',
    `Ada is not in Zendesk: deleted there, noticed ${TIME}.`,
  ],
  [
    'waits for the first plan',
    {},
    { firstRun: { status: 'waiting', waiting: { adopted: 0, changes: {}, undecided: {} } as never } },
    'held',
    "Ada is not in Zendesk: the first plan waits for approval ('provisioner approve staff').",
  ],
  [
    'is kept out by a problem',
    { problems: [problem] },
    {},
    'refused',
    'Ada is not in Zendesk: EMAIL_OWNED: Another has the address.',
  ],
  [
    'is unreadable',
    {},
    { isUnreadable: true },
    'unreadable',
    "What the ledger has of Ada can't be read: a cycle sets it aside and looks anew.",
  ],
  [
    'is out of scope',
    { leaver: leaver({ cause: 'outOfScope', why: 'is out of scope: it lies elsewhere' }) },
    {},
    'out of scope',
    'Ada is out of scope: it lies elsewhere. They are not in Zendesk.',
  ],
  [
    'left, and is held',
    { leaver: leaver() },
    { record: linked(), held: [held()], measures: { users: MEASURE } },
    'held',
    'Ada has left: the directory has no such entry any more; is in Zendesk as agent 123: suspend user (deleted) is ' +
      'held by the guard, 51 removals of users (51 of 400; limit 50 in 24 h): approve or reject it (provisioner ' +
      'approve staff --matching ada@acme.com).',
  ],
  [
    'left, and has time',
    { leaver: leaver({ grace: { since: AT, due: YEAR_3000 } }) },
    { record: linked() },
    'leaving',
    'Ada has left: the directory has no such entry any more; is in Zendesk as agent 123, as before until 3000-01-01 ' +
      '00:00:00 UTC (users.removeAfter.deleted), then suspended.',
  ],
  [
    'left, and is suspended without a seat',
    { leaver: leaver() },
    {
      record: linked({ applied: SUSPENDED, suspendedByUs: true }),
      entitlements: { attributes: { role: 'agent' }, groups: [1], defaultGroup: null },
    },
    'left',
    `Ada has left: the directory has no such entry any more; user 123 is suspended by us, released ${TIME}, their seat ` +
      'is free: role and groups are kept, and given back should they return.',
  ],
  [
    'left, and nobody minds',
    { leaver: leaver({ action: 'ignore' }) },
    { record: linked() },
    'left',
    'Ada has left: the directory has no such entry any more; is in Zendesk as agent 123, and stays so: ' +
      'users.remove.deleted is ignore.',
  ],
  [
    'left, and is deleted',
    { leaver: leaver() },
    { forgottenAt: AT },
    'left',
    `Ada has left: the directory has no such entry any more; deleted in Zendesk, and forgotten ${TIME}.`,
  ],
]

describe('cli/explain/verdict', () => {
  it.each(CASES)('says of somebody who %s', (_title, over, known, state, says) => {
    const one = {
      kind: 'user',
      name: 'Ada',
      connection: 'staff',
      problems: [],
      known: { ...NOTHING, ...known },
    } as const

    expect(verdictOn({ ...one, ...over })).toEqual({ state, says })
  })

  it('says of a group that nobody manages what it still is in Zendesk', () => {
    const group = { ...linked(), kind: 'group', applied: { presence: 'active', name: 'Support' } } as never
    const one = {
      kind: 'group',
      name: 'Support',
      connection: 'staff',
      problems: [],
      unmanaged: 'no location has it',
    } as const

    expect(verdictOn({ ...one, known: { ...NOTHING, record: group } }).says).toBe(
      "Support is a group that connection 'staff' does not manage: no location has it. It is in Zendesk as group 123 " +
        "'Support', and stays so.",
    )
  })
})
