import { expect, it } from 'vitest'
import { describeTickets, type TicketsOfPlan } from './count-tickets.ts'

const counted = (count: number) =>
  Array.from({ length: count }, (_one, i) => ({ operation: 'suspend user', label: `ada${i}`, open: 2, toHeir: 1 }))
const found = (more: Partial<TicketsOfPlan>): TicketsOfPlan => ({
  way: { to: 'group' },
  counted: [],
  asked: 0,
  notAsked: 0,
  failed: undefined,
  ...more,
})

it.each<[string, Partial<TicketsOfPlan>, boolean, string[]]>([
  ['nobody leaves', {}, false, []],
  ['nobody has open tickets', { asked: 3 }, false, ['', 'Open tickets of 3 who leave the team or a group: 0']],
  [
    'somebody gets them',
    { asked: 1, counted: counted(1), way: { to: 'user', email: 'queue@acme.com' } },
    false,
    [
      '',
      expect.stringMatching(/: 2, which are handed over/),
      '  suspend user  ada0  2: 1 to queue@acme.com, 1 to nobody',
    ] as string[],
  ],
  [
    'more leave than are asked for',
    { asked: 100, notAsked: 7 },
    false,
    ['', 'Open tickets of 100 who leave the team or a group: 0', '  7 more leave, whose tickets are not counted'],
  ],
])('a plan says of tickets, where %s', (_where, more, all, lines) => {
  expect(describeTickets(found(more), all)).toEqual(lines)
})

it.each([
  [false, 23, '  … and 5 more (--all)'],
  [true, 27, '  suspend user  ada24  2'],
])('a plan lists twenty with tickets, or all: %s', (all, length, last) => {
  const lines = describeTickets(found({ asked: 25, counted: counted(25) }), all)

  expect([lines.length, lines.at(-1)]).toEqual([length, last])
})
