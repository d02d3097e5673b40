import { summaryWith } from './cycle-summary.fixture.ts'
import { describe, expect, it } from 'vitest'
import { CHANGE_QUEUES } from '../queues.ts'
import { troublesOf, type Facts } from './troubles.ts'

const NOW = Date.UTC(2026, 10, 28, 9)
const MINUTE = 60_000

const service = (role: 'producer' | 'worker', more: { isAlive?: boolean; print?: string } = {}) => ({
  role,
  name: `${role}-${more.print ?? 'new'}`,
  connections: { staff: more.print ?? 'new' },
  startedAt: NOW - MINUTE,
  seenAt: NOW - 1000,
  isAlive: more.isAlive ?? true,
})
const summary = summaryWith({ startedAt: NOW - MINUTE, endedAt: NOW - MINUTE, everyMs: MINUTE })
const plan = { at: NOW, changes: { 'create user': 3 }, undecided: {}, guarded: {}, adopted: 0 }
const failing = { since: NOW - MINUTE, count: 4, code: 'DIRECTORY_UNREACHABLE', what: 'no answer', released: false }
const refused = {
  problem: {
    code: 'ZENDESK_UNAUTHENTICATED',
    subject: 'account' as const,
    id: 'acme.credentials',
    what: 'refused',
    todo: 'Mend',
  },
  since: NOW,
  source: 'write' as const,
}
const WELL: Facts = {
  connection: 'staff',
  services: [service('producer'), service('worker')],
  newest: { print: 'new', since: NOW - MINUTE, by: 'producer-new' },
  failing: undefined,
  firstRun: { status: 'done', plan: undefined, waiting: undefined, approval: undefined },
  lastCycle: summary,
  paused: { cycles: false, changes: [] },
  wrongKeys: [],
  accountProblems: [],
  full: undefined,
  filling: undefined,
  layout: undefined,
  pauses: [],
  now: NOW,
}

const wrongKey = (queue: string) => {
  const key = `{zp:acme}:${queue}:wait`
  return { key, is: 'string', type: 'list', whose: 'BullMQ', follows: '' } as const
}
const dead = (role: 'producer' | 'worker') => service(role, { isAlive: false })

describe('a connection', () => {
  it.each<[string, Partial<Facts>, string[]]>([
    ['whose producer and worker live', {}, []],
    ['without a producer', { services: [dead('producer'), service('worker')] }, ['NO_PRODUCER stopped']],
    ['without a worker', { services: [service('producer')] }, ['NO_WORKER stopped']],
    ['that another version left', { layout: 'Layout 1. Empty it' }, ['LEDGER_LAYOUT stopped']],
    [
      'that an admin has paused',
      { pauses: [{ field: '', scope: 'all', by: 'ada@host', at: NOW }] },
      ['PAUSED stopped'],
    ],
    [
      'of which removals are paused',
      { pauses: [{ field: '', connection: 'staff', scope: 'removals', by: 'ada@host', at: NOW }] },
      ['PAUSED degraded'],
    ],
    ['whose cycles are paused', { paused: { cycles: true, changes: [] } }, ['CYCLES_PAUSED stopped']],
    ['of which a queue is paused', { paused: { cycles: false, changes: ['groups'] } }, ['QUEUES_PAUSED degraded']],
    ['of which all are paused', { paused: { cycles: false, changes: [...CHANGE_QUEUES] } }, ['QUEUES_PAUSED stopped']],
    ['of which a queue has a wrong key', { wrongKeys: [wrongKey('staff.groups')] }, ['QUEUE_UNREADABLE degraded']],
    ['whose queue of cycles has one', { wrongKeys: [wrongKey('staff.cycle')] }, ['QUEUE_UNREADABLE stopped']],
    ['whose cycles fail', { failing }, ['CYCLES_FAILING stopped']],
    ['whose cycles fail and are slowed', { failing: { ...failing, nextAt: NOW } }, ['CYCLES_FAILING stopped']],
    ['whose cycles fail at Zendesk', { failing: { ...failing, released: true } }, ['CYCLES_FAILING degraded']],
    ['without a cycle for long', { lastCycle: { ...summary, endedAt: NOW - 40 * MINUTE } }, ['CYCLE_OVERDUE degraded']],
    [
      'that waits',
      { firstRun: { status: 'waiting', plan, waiting: plan, approval: undefined } },
      ['FIRST_PLAN_WAITS degraded'],
    ],
    [
      'with a producer that is older',
      { services: [service('producer', { print: 'old' }), ...WELL.services] },
      ['CONFIG_OLDER degraded'],
    ],
    [
      'with none but older producers',
      { services: [service('producer', { print: 'old' }), service('worker')] },
      ['CONFIG_OLDER stopped'],
    ],
    [
      'whose newest configuration nobody had for long, so that an older one works',
      { newest: { ...WELL.newest!, over: 'newest' } },
      ['CONFIG_OLDER degraded'],
    ],
    [
      'with an older worker',
      { services: [service('producer'), service('worker', { print: 'old' })] },
      ['CONFIG_OLDER degraded'],
    ],
    ['whose credentials are refused', { accountProblems: [refused] }, ['ZENDESK_UNAUTHENTICATED stopped']],
    [
      'whose Redis is full, so that nobody can say that they live',
      { full: 'Redis is full: it uses all. Raise maxmemory', services: [] },
      ['REDIS_FULL stopped'],
    ],
    ['whose Redis is filling up', { filling: 'Redis is filling up. Raise maxmemory' }, ['REDIS_FILLS degraded']],
    [
      'with several: what stands still comes first',
      {
        services: [service('producer')],
        firstRun: { status: 'waiting', plan, waiting: plan, approval: undefined },
        paused: { cycles: false, changes: ['groups'] },
      },
      ['NO_WORKER stopped', 'QUEUES_PAUSED degraded', 'FIRST_PLAN_WAITS degraded'],
    ],
  ])('%s', (_what, facts, told) => {
    expect(troublesOf({ ...WELL, ...facts }).map(({ code, level }) => `${code} ${level}`)).toEqual(told)
  })

  it('says since when cycles fail, how often, and why', () => {
    const [trouble] = troublesOf({ ...WELL, failing })

    expect(trouble?.what).toBe(
      'The last 4 cycles failed, since 2026-11-28 08:59:00 UTC. DIRECTORY_UNREACHABLE: no answer',
    )
    expect(trouble?.todo).toMatch(/^Mend .*who leaves keeps access/)
  })

  it('says since when cycles are slowed, and when the next one runs', () => {
    const row = { since: failing.since + MINUTE, count: 3 }
    const [trouble] = troublesOf({ ...WELL, failing: { ...failing, row, nextAt: row.since + 15 * MINUTE } })

    expect(trouble?.what).toMatch(
      /: no answer\. Since that has been so since .* 09:00:00 UTC, cycles are slowed: the next one runs at .* 09:15:00 UTC$/,
    )
  })

  it.each([
    ['nobody has ever been', { newest: undefined, lastCycle: undefined }, 'None has ever been seen'],
    ['they are forgotten', {}, 'None has been seen in the last seven days'],
  ])('says of producers and workers that %s there', (_what, facts, said) => {
    for (const { what } of troublesOf({ ...WELL, ...facts, services: [] })) expect(what).toContain(said)
  })

  it('says which producer is older, and who brought the newest configuration when', () => {
    const [trouble] = troublesOf({ ...WELL, services: [service('producer', { print: 'old' }), ...WELL.services] })

    expect(trouble?.what).toContain('producer producer-old. Producer producer-new brought that 2026-11-28 08:59:00 UTC')
  })
})
