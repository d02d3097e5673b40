import { describe, expect, it } from 'vitest'
import type { ChangeEvent, HistoryEvent } from '@provisioner/shared/history/event.ts'
import { eventIdOf } from './event-id.ts'

const withPhone = (phone: string) => ({ presence: 'active' as const, attributes: { phone } })

const changeOf = (over: Partial<ChangeEvent>): ChangeEvent => ({
  type: 'change',
  at: 1,
  connection: 'staff',
  kind: 'user',
  id: 'id-1',
  label: 'jo@example.org',
  dn: 'uid=jo',
  outcome: 'applied',
  operation: 'update user',
  changed: ['phone'],
  before: withPhone('1'),
  after: withPhone('2'),
  zendeskId: 9,
  revision: 1,
  origin: 'created',
  by: 'worker-1',
  ...over,
})

/** What a cycle has found: no request of ours names it. */
const { by: _nobody, ...found } = changeOf({ outcome: 'found', operation: 'link user' })

const idOf = (event: HistoryEvent, id = '1-0') => eventIdOf({ id, text: JSON.stringify(event) }, event)

describe('an event has the same name', () => {
  it.each<[what: string, again: Partial<ChangeEvent>]>([
    ['at another time', { at: 9 }],
    ['whose release is forgotten', { operation: 'restore user', changed: [], before: withPhone('9') }],
    ['whose cause and cycle are forgotten', { cycle: 9, cause: 'disabled' }],
  ])('that is told again %s', (_what, again) => {
    expect(idOf(changeOf(again), '2-0')).toBe(idOf(changeOf({})))
  })

  it('whatever the values in it are: who knew the rest could find masked ones by trying', () => {
    expect(idOf({ ...found, after: withPhone('1') })).toBe(idOf({ ...found, after: withPhone('2') }))
    expect(idOf(changeOf({ after: withPhone('1') }))).toBe(idOf(changeOf({ after: withPhone('2') })))
  })
})

describe('an event has a name of its own', () => {
  it.each<[what: string, other: Partial<ChangeEvent>]>([
    ['of another request', { by: 'worker-2' }],
    ['of another entity', { id: 'id-2' }],
    ['of another revision', { revision: 2 }],
    ['of what was found before it was written', { outcome: 'found' }],
    ['of a refusal', { outcome: 'refused' }],
    ['of an end', { after: null }],
  ])('%s', (_what, other) => {
    expect(idOf(changeOf(other))).not.toBe(idOf(changeOf({})))
  })

  it('under another id of the stream, or at another time, where no request names it', () => {
    expect(new Set([idOf(found), idOf(found, '2-0'), idOf({ ...found, at: 2 })]).size).toBe(3)
  })
})
