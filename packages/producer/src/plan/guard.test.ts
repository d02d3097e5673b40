import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { describe, expect, it } from 'vitest'
import type { Change, EntityPlan } from './change.ts'
import { heldBy, LIMITS, runGuard, suspension, times, userChange } from './guard.fixture.ts'

const decided = (held: readonly HeldChange[], decision: Decision['decision']) =>
  new Map(held.map(({ key, print }) => [key, { decision, print, by: 'ada', at: 1 }]))
const idsOf = (changes: readonly { readonly id: string }[]) => changes.map(({ id }) => id)

const AGENT = { role: 'agent', custom_role_id: null }
const adoption: EntityPlan = {
  link: {
    kind: 'user',
    id: 'u0',
    dn: 'uid=u0',
    label: 'u0',
    zendeskId: 7,
    applied: null,
    suspendedByUs: false,
    inSync: null,
  },
  consent: { category: 'adoptions', cause: 'admin', about: 'admin' },
  change: userChange('u0', { name: 'New' }),
  problems: [],
}

describe('guard', () => {
  it.each([
    // planned, known, used in the window → released, held
    [0, 100, 0, 0, 0],
    [5, 100, 0, 5, 0],
    [6, 100, 0, 0, 6],
    [3, 10, 0, 3, 0],
    [4, 10, 0, 0, 4],
    [2, 100, 4, 0, 2],
    [1, 100, 4, 1, 0],
    [1, 0, 3, 0, 1],
    [500, 1000, 0, 0, 500],
  ])('of %i removals among %i known, %i used: releases %i, holds %i', (planned, known, used, released, held) => {
    const result = runGuard(times(planned, suspension), {
      known: { users: known, groups: 0, memberships: 0 },
      used: new Map([['users', used]]),
    })

    expect([result.released.length, result.held.length, result.counted.length]).toEqual([released, held, released])
  })

  it('says how far a category goes beyond its limit', () => {
    const { measures } = runGuard(times(12, suspension), {
      known: { users: 145, groups: 0, memberships: 0 },
      used: new Map([['users', 2]]),
    })

    expect(measures).toEqual({ users: { asked: 12, known: 145, limit: 7, used: 2, windowMs: 86_400_000 } })
  })

  it.each<[why: string, applied: Change['desired'] | object, make: (id: string) => Change, held: object]>([
    ['roles raised to agent', { role: 'end-user' }, (id) => userChange(id, AGENT), { promotions: 6 }],
    ['roles raised to admin', { role: 'agent' }, (id) => userChange(id, { role: 'admin' }), { promotions: 6 }],
    [
      'agents whose custom role is taken',
      { ...AGENT, custom_role_id: 9 },
      (id) => userChange(id, { custom_role_id: null }),
      { promotions: 6 },
    ],
    ['agents given a custom role', AGENT, (id) => userChange(id, { custom_role_id: 9 }), { promotions: 6 }],
    ['new admins', {}, (id) => userChange(id, { role: 'admin' }, { operation: 'create user' }), { promotions: 6 }],
    ['one attribute changed', { name: 'Old' }, (id) => userChange(id, { name: 'Unknown' }), { 'updates:name': 6 }],
    ['new agents', {}, (id) => userChange(id, AGENT, { operation: 'create user' }), {}],
    [
      'one of two emptied',
      { phone: '1' },
      (id) => userChange(id, { phone: null }, { cleared: ['phone'] }),
      { 'clearings:phone': 6 },
    ],
  ])('counts %s', (_why, applied, make, held) => {
    expect(heldBy(runGuard(times(6, make), { applied: applied as never }))).toEqual(held)
  })

  it('counts creations only where they have a limit', () => {
    const creations = times(6, (id) => userChange(id, AGENT, { operation: 'create user' }))

    expect(heldBy(runGuard(creations, { limits: { ...LIMITS, creations: LIMITS.users } }))).toEqual({ creations: 6 })
  })

  it('holds a part of a change and sends the rest of it', () => {
    const changes = times(6, (id) =>
      userChange(id, id === 'u0' ? { role: 'agent', phone: null, name: 'New' } : { role: 'agent', phone: null }, {
        cleared: ['phone'],
      }),
    )

    const result = runGuard(changes, { applied: { role: 'end-user', phone: '1', name: 'Old' } })

    expect(result.released).toMatchObject([
      {
        id: 'u0',
        changed: ['name'],
        cleared: [],
        desired: { attributes: { name: 'New', phone: '1', role: 'end-user' } },
      },
    ])
    expect(heldBy(result)).toEqual({ promotions: 6, 'clearings:phone': 6 })
  })

  it('asks nothing about attributes of users whom the plan links, but what they are promoted to', () => {
    const plans = times(6, (id): EntityPlan => ({
      link: { ...adoption.link!, id },
      change: userChange(id, { name: 'New', role: 'agent' }),
      problems: [],
    }))

    expect(heldBy(runGuard(plans, { applied: { role: 'end-user' } }))).toEqual({ promotions: 6 })
  })

  it('does not count again what is released and only waits', () => {
    const pending = {
      presence: 'active' as const,
      attributes: { name: 'New' },
      createOnly: [],
      tagsMode: 'merge' as const,
    }
    const waiting = times(6, (id) => userChange(id, { name: 'New', phone: '2' }, { pending }))

    expect(heldBy(runGuard(waiting, { applied: { name: 'Old', phone: '1' } }))).toEqual({ 'updates:phone': 6 })
  })

  it('holds a takeover however few there are, with its change, until it is approved for that user', () => {
    const held = runGuard([adoption])
    const approved = decided(held.held, 'approved')
    const another = { ...adoption, link: { ...adoption.link!, zendeskId: 8 } }

    expect([held.links, held.released, held.held.map(({ key, category }) => [key, category])]).toEqual([
      [],
      [],
      [['user|u0|link', 'adoptions']],
    ])
    expect(runGuard([adoption], { decisions: approved })).toMatchObject({ links: [{ zendeskId: 7 }], released: [{}] })
    expect(runGuard([another], { decisions: approved }).links).toEqual([])
  })

  it('holds another name or address of an admin, and nothing else of theirs', () => {
    const change = userChange('u0', { name: 'New', email: 'new@x.org', phone: '2' })
    const result = runGuard([change], { applied: { role: 'admin', name: 'Old', email: 'old@x.org', phone: '1' } })

    expect(heldBy(result)).toEqual({ adoptions: 2 })
    expect(result.released).toMatchObject([{ changed: ['phone'] }])
  })

  it('lets approved removals pass without counting them, and keeps rejected ones, however few', () => {
    const changes = times(8, suspension)
    const { held } = runGuard(changes)
    const decisions = new Map([...decided(held.slice(0, 6), 'approved'), ...decided(held.slice(6), 'rejected')])

    const result = runGuard(changes, { decisions })

    expect(idsOf(result.released)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5'])
    expect(result.held.map(({ key }) => key)).toEqual(['user|u6', 'user|u7'])
    expect([result.counted, result.decided.size]).toEqual([[], 8])
    expect(idsOf(runGuard(changes.slice(6), { decisions }).released)).toEqual([])
  })

  it('goes on holding what is held, whatever is decided on the rest of it', () => {
    const { held } = runGuard(times(8, suspension))
    const rest = runGuard(times(8, suspension), { held, decisions: decided(held.slice(0, 5), 'rejected') })
    const healed = runGuard(
      times(2, (id) => suspension(`other-${id}`)),
      { held },
    )

    expect([rest.released.length, rest.held.length]).toEqual([0, 8])
    expect([healed.released.length, healed.held.length]).toEqual([2, 0])
  })

  it('holds a changed value of what was rejected', () => {
    const named = (name: string) => times(6, (id) => userChange(id, { name }))
    const { held } = runGuard(named('Ada'))
    const changed = userChange('u0', { name: 'Eve' })

    const result = runGuard([changed], { held, decisions: decided(held, 'rejected') })

    expect([result.released.length, result.held.length, result.decided.size]).toEqual([0, 1, 0])
  })

  it('holds the address of an admin whose role is lowered by the same change, and lowers the role', () => {
    const removal = { category: 'users' as const, cause: 'role lowered from admin' }
    const change = userChange('u0', { role: 'agent', email: 'new@x.org' }, { removal })

    const result = runGuard([change], { applied: { role: 'admin', email: 'old@x.org' } })

    expect(heldBy(result)).toEqual({ adoptions: 1 })
    expect(result.released).toMatchObject([{ changed: ['role'], desired: { attributes: { email: 'old@x.org' } } }])
  })

  it('does not take the approval of an address for that of an admin’s', () => {
    const changes = times(6, (id) => userChange(id, { email: 'new@x.org' }))
    const decisions = decided(runGuard(changes, { applied: { role: 'agent' } }).held, 'approved')

    expect(runGuard(changes.slice(0, 1), { applied: { role: 'agent' }, decisions }).released).toHaveLength(1)
    expect(runGuard(changes.slice(0, 1), { applied: { role: 'admin' }, decisions }).released).toHaveLength(0)
  })

  it('does not take the approval of one change of a user for that of another', () => {
    const named = (name: string) => times(8, (id) => userChange(id, { name }))
    const deletions = times(8, (id) => ({ ...suspension(id), operation: 'delete user' as const }))

    const suspensions = decided(runGuard(times(8, suspension)).held, 'approved')
    const names = decided(runGuard(named('Ada')).held, 'approved')

    expect(runGuard(deletions, { decisions: suspensions }).held).toHaveLength(8)
    expect(runGuard(named('Eve'), { decisions: names }).held).toHaveLength(8)
    expect(runGuard(named('Ada'), { decisions: names }).released).toHaveLength(8)
  })

  it('lets an approved first plan go as far as it was approved, and no further', () => {
    const approvedFirst = () => 8

    expect(runGuard(times(8, suspension), { approvedFirst }).released).toHaveLength(8)
    expect(runGuard(times(9, suspension), { approvedFirst }).held).toHaveLength(9)
  })

  it('adds nobody to a group who is not let in, and lets others join and leave', () => {
    const member = (userId: string, operation: 'add member' | 'remove member'): Change => ({
      ...suspension('x'),
      kind: 'membership',
      id: `g1~${userId}`,
      operation,
      desired: { presence: operation === 'add member' ? 'active' : 'deleted' },
      ...(operation === 'add member' && { removal: undefined as never }),
    })
    const promotions = times(6, (id) => userChange(id, { role: 'agent' }))

    const result = runGuard(
      [...promotions, member('u0', 'add member'), member('u9', 'add member'), member('u1', 'remove member')],
      {
        applied: { role: 'end-user' },
      },
    )

    expect(idsOf(result.released)).toEqual(['g1~u9', 'g1~u1'])
  })
})
