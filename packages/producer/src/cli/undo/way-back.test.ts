import type { ChangeEvent, InZendesk } from '@provisioner/shared/history/event.ts'
import { describe, expect, it } from 'vitest'
import type { PastChange } from './change-source.ts'
import { keptBy, wayBack } from './way-back.ts'

const active: InZendesk = { presence: 'active', attributes: { name: 'Ada', role: 'agent', phone: '+441' } }
const NOBODY: ReadonlySet<string> = new Set()

function change(seq: number, event: Partial<ChangeEvent>): PastChange {
  const about = { kind: 'user', id: 'u1', label: 'ada@acme.com', dn: 'uid=ada' } as const
  const base: ChangeEvent = {
    ...{ type: 'change', at: seq, connection: 'staff', ...about, outcome: 'applied', operation: 'update user' },
    ...{ changed: [], before: active, after: active, zendeskId: 7, revision: seq, origin: 'created' },
  }
  return { seq, event: { ...base, ...event } }
}

const holding = (attributes: object, presence: InZendesk['presence'] = 'active'): InZendesk => ({
  presence,
  attributes: { ...active.attributes, ...attributes },
})
const group = { kind: 'group', id: 'g1', label: 'Support', dn: 'cn=support' } as const
const named = (name: string, presence: 'active' | 'deleted' = 'active'): InZendesk => ({ presence, name })
const member = { kind: 'membership', id: 'g1~u1', label: 'ada@acme.com in Support', dn: 'cn=support' } as const
const inGroup: InZendesk = { presence: 'active', userZendeskId: 7, groupZendeskId: 8, membershipZendeskId: 9 }

const stepsOf = (...changes: PastChange[]) =>
  wayBack(changes, [], NOBODY).steps.map(({ member: of, name, now, back }) => [of, name, now, back])

describe('the way back', () => {
  it.each<[string, Partial<ChangeEvent>, unknown[][]]>([
    [
      'a user suspended',
      { operation: 'suspend user', after: holding({}, 'suspended') },
      [['user|u1', 'presence', 'suspended', 'active']],
    ],
    [
      'a user suspended who lost their seat',
      { operation: 'suspend user', after: holding({ role: 'end-user' }, 'suspended') },
      [
        ['user|u1', 'presence', 'suspended', 'active'],
        ['user|u1', 'role', 'end-user', 'agent'],
      ],
    ],
    [
      'a user restored',
      { operation: 'restore user', before: holding({}, 'suspended') },
      [['user|u1', 'presence', 'active', 'suspended']],
    ],
    ['a user created', { operation: 'create user', before: null }, [['user|u1', 'presence', 'active', 'suspended']]],
    [
      'a user deleted',
      { operation: 'delete user', after: null },
      [
        ['user|u1', 'presence', 'deleted', 'active'],
        ['user|u1', 'name', null, 'Ada'],
        ['user|u1', 'phone', null, '+441'],
        ['user|u1', 'role', null, 'agent'],
      ],
    ],
    [
      'attributes',
      { after: holding({ phone: '+442', notes: 'new', user_fields: { cost: '7' } }) },
      [
        ['user|u1', 'notes', 'new', null],
        ['user|u1', 'phone', '+442', '+441'],
        ['user|u1', 'user_fields.cost', '7', null],
      ],
    ],
    [
      'what the release names, and no more',
      { changed: ['phone'], after: holding({ phone: '+442', notes: 'of an agent' }) },
      [['user|u1', 'phone', '+442', '+441']],
    ],
    [
      'a group renamed',
      { ...group, operation: 'rename group', before: named('Support'), after: named('Help') },
      [['group|g1', 'name', 'Help', 'Support']],
    ],
    [
      'a group created',
      { ...group, operation: 'create group', before: null, after: named('Support') },
      [['group|g1', 'presence', 'active', 'deleted']],
    ],
    [
      'a group deleted, with its members',
      { ...group, operation: 'delete group', before: named('Support'), after: null, members: ['u1', 'u2'] },
      [
        ['group|g1', 'presence', 'deleted', 'active'],
        ['group|g1', 'name', null, 'Support'],
        ['membership|g1~u1', 'presence', 'deleted', 'active'],
        ['membership|g1~u2', 'presence', 'deleted', 'active'],
      ],
    ],
    [
      'a member added',
      { ...member, operation: 'add member', before: null, after: inGroup },
      [['membership|g1~u1', 'presence', 'active', 'deleted']],
    ],
    [
      'a member removed',
      { ...member, operation: 'remove member', before: inGroup, after: null },
      [['membership|g1~u1', 'presence', 'deleted', 'active']],
    ],
  ])('of %s', (_what, event, steps) => {
    expect(stepsOf(change(1, event))).toEqual(steps)
  })

  it('of several changes goes to what was before the oldest, and nowhere where that is so again', () => {
    const first = change(1, { after: holding({ phone: '+442' }) })
    const second = change(2, { before: holding({ phone: '+442' }), after: holding({ phone: '+443' }) })
    const home = change(3, { before: holding({ phone: '+443' }), after: active })

    expect(stepsOf(first, second)).toEqual([['user|u1', 'phone', '+443', '+441']])
    expect(stepsOf(first, second, home)).toEqual([])
  })

  it.each<[string, PastChange[], PastChange[], ReadonlySet<string>, RegExp]>([
    ['Zendesk refused', [change(1, { outcome: 'refused' })], [], NOBODY, /refused it/],
    ['was found in Zendesk', [change(1, { outcome: 'found', operation: 'link user' })], [], NOBODY, /somebody else/],
    ['is masked', [change(1, { after: holding({ phone: '+442' }) })], [], new Set(['phone']), /masked/],
    [
      'was empty and can not be emptied',
      [change(1, { before: holding({ locale: null }), after: holding({ locale: 'de' }) })],
      [],
      NOBODY,
      /does not let it be emptied/,
    ],
    [
      'has changed again',
      [change(1, { after: holding({ phone: '+442' }) })],
      [change(5, { before: holding({ phone: '+442' }), after: holding({ phone: '+443' }) })],
      NOBODY,
      /changed again since, by change 5/,
    ],
    [
      'was linked anew, and is otherwise by now',
      [change(1, { operation: 'suspend user', after: holding({}, 'suspended') })],
      [change(5, { outcome: 'found', operation: 'link user', before: null, after: active })],
      NOBODY,
      /changed again since, by change 5/,
    ],
    ['the history has masked', [{ ...change(1, {}), masked: ['phone'] }], [], NOBODY, /masked/],
    ['nobody knows the state before', [change(1, {})], [], NOBODY, /does not have what it was/],
  ])('leaves out what %s', (_what, changes, later, masked, why) => {
    const way = wayBack(changes, [...changes, ...later], masked)

    expect(way.steps).toEqual([])
    expect(way.leftOut).toEqual([expect.objectContaining({ change: 1, why: expect.stringMatching(why) as string })])
  })

  it('is not kept from its way by what changed something else since', () => {
    const phone = change(1, { after: holding({ phone: '+442' }) })
    const later = change(2, { before: holding({ phone: '+442' }), after: holding({ phone: '+442', notes: 'x' }) })

    expect(wayBack([phone], [phone, later], NOBODY).steps.map(({ back }) => back)).toEqual(['+441'])
  })

  it('is not kept from its way by a link anew, as after a loss of Redis, where all is as it was left', () => {
    const after = holding({ phone: '+49 (30) 1234567', role: 'end-user' }, 'suspended')
    const suspended = change(1, { operation: 'suspend user', after })
    const found = holding({ phone: '+49301234567', role: 'end-user', locale: 'de' }, 'suspended')
    const anew = change(2, { outcome: 'found', operation: 'link user', before: null, after: found })
    const otherwise = change(2, { ...anew.event, after: { ...found, attributes: { phone: '+1', role: 'end-user' } } })
    const namesBack = (later: PastChange) =>
      wayBack([suspended], [suspended, later], NOBODY).steps.map(({ name }) => name)

    expect(namesBack(anew)).toEqual(['presence', 'phone', 'role'])
    expect(namesBack(otherwise)).toEqual(['presence', 'role'])
  })

  it('says what a deleted user loses, and that a creation is only suspended', () => {
    const deleted = wayBack([change(1, { operation: 'delete user', after: null })], [], NOBODY)
    const created = wayBack([change(1, { operation: 'create user', before: null })], [], NOBODY)

    expect(deleted.steps[0]?.note).toMatch(/can not restore a deleted user: a new one is created/)
    expect(created.steps[0]?.note).toMatch(/nobody is deleted for an undo/)
  })
})

it('keeps each thing with who put it back, and of which change', () => {
  const { steps } = wayBack([change(1, { after: holding({ phone: '+442' }) })], [], NOBODY)

  expect([...keptBy(steps, { by: 'ada@host', at: 5 }, (seq) => `change ${seq}`)]).toEqual([
    [
      'user|u1',
      {
        label: 'ada@acme.com',
        dn: 'uid=ada',
        kept: { phone: { by: 'ada@host', at: 5, of: 'change 1', to: '+441' } },
      },
    ],
  ])
})
