import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { describe, expect, it } from 'vitest'
import type { Change } from './change.ts'
import { guard, type GuardInput } from './guard.ts'

const limit = { share: 0.05, min: 3 }

function suspension(id: string): Change {
  const desired = { presence: 'suspended' as const, attributes: {}, createOnly: [], tagsMode: 'merge' as const }
  return {
    kind: 'user',
    id,
    dn: id,
    label: id,
    operation: 'suspend user',
    desired,
    changed: ['suspended'],
    cleared: [],
    removal: { category: 'users', cause: 'deleted' },
  }
}

function clearing(id: string, changed = ['phone']): Change {
  const desired = {
    presence: 'active' as const,
    attributes: { phone: null, name: 'New' },
    createOnly: [],
    tagsMode: 'merge' as const,
  }
  return { kind: 'user', id, dn: id, label: id, operation: 'update user', desired, changed, cleared: ['phone'] }
}

function run(changes: readonly Change[], input: Partial<GuardInput> = {}) {
  return guard({
    changes,
    limits: { users: limit, groups: limit, memberships: limit, clearings: limit },
    known: { users: 100, groups: 10, memberships: 100 },
    used: new Map(),
    held: [],
    approvedFirst: {},
    appliedOf: () => ({ phone: '1' }),
    now: 1,
    ...input,
  })
}

const many = (count: number) => Array.from({ length: count }, (_one, i) => suspension(`u${i}`))
const heldAs = (
  id: string,
  decision: HeldChange['decision'],
  operation: HeldChange['operation'] = 'suspend user',
): HeldChange => ({
  key: `user|${id}`,
  category: 'users',
  operation,
  dn: id,
  label: id,
  cause: 'deleted',
  since: 0,
  decision,
})

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
    const result = run(many(planned), {
      known: { users: known, groups: 0, memberships: 0 },
      used: new Map([['users', used]]),
    })

    expect([result.released.length, result.held.length, result.counted.length]).toEqual([released, held, released])
  })

  it('lets approved removals pass without counting them, and keeps rejected ones', () => {
    const changes = many(8)
    const held = [
      ...changes.slice(0, 6).map((change) => heldAs(change.id, 'approved')),
      heldAs('u6', 'rejected'),
      heldAs('u7', 'rejected'),
    ]

    const result = run(changes, { held })

    expect(result.released.map((change) => change.id)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5'])
    expect(result.held.map((change) => [change.key, change.decision])).toEqual([
      ['user|u6', 'rejected'],
      ['user|u7', 'rejected'],
    ])
    expect(result.counted).toEqual([])
  })

  it('does not take the approval of a suspension for that of a deletion', () => {
    const result = run(many(8), { held: many(8).map((change) => heldAs(change.id, 'approved', 'delete user')) })

    expect(result.held).toHaveLength(8)
  })

  it('lets an approved first plan go as far as it was approved, and no further', () => {
    expect(run(many(8), { approvedFirst: { users: 8 } }).released).toHaveLength(8)
    expect(run(many(9), { approvedFirst: { users: 8 } }).held).toHaveLength(9)
  })

  it('holds the clearing and sends the rest of the change', () => {
    const changes = Array.from({ length: 6 }, (_one, i) => clearing(`u${i}`, i === 0 ? ['name', 'phone'] : ['phone']))

    const result = run(changes)

    expect(result.released).toMatchObject([
      { id: 'u0', changed: ['name'], cleared: [], desired: { attributes: { name: 'New', phone: '1' } } },
    ])
    expect(result.held.map((change) => change.key)).toEqual(changes.map((change) => `user|${change.id}|phone`))
  })

  it('never holds what is no removal', () => {
    const creations = many(50).map((change): Change => {
      const { removal: _removal, ...rest } = change
      return { ...rest, operation: 'create user' }
    })

    expect(run(creations).released).toHaveLength(50)
  })
})
