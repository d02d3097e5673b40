import { describe, expect, it } from 'vitest'
import { LeaversTickets, ticketsWay } from './leavers-tickets.ts'

describe('users.remove.tickets', () => {
  it.each([
    [undefined, { to: 'leave' }],
    ['group', { to: 'group' }],
    ['hold', { to: 'hold' }],
    ['user:queue@acme.com', { to: 'user', email: 'queue@acme.com' }],
    ['user: queue@acme.com', { to: 'user', email: 'queue@acme.com' }],
  ])('%s', (text, way) => {
    expect(ticketsWay(LeaversTickets.tickets.parse(text))).toEqual(way)
  })

  it.each(['nobody', 'user', 'user:', 'user:queue', 'user:a@b c@d'])('is not %s', (text) => {
    expect(LeaversTickets.tickets.safeParse(text).success).toBe(false)
  })

  it.each([
    ['handed_over', true],
    ['two words', false],
    ['a,b', false],
    ['', false],
  ])('has a tag %j: %s', (tag, isOne) => {
    expect(LeaversTickets.ticketTag.safeParse(tag).success).toBe(isOne)
  })
})
