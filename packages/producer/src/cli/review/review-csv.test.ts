import { describe, expect, it } from 'vitest'
import { asCell, reviewCsv } from './review-csv.ts'
import { aMember, aReview } from './review.fixture.ts'

describe('a cell of the CSV file', () => {
  it.each([
    ['Ada', 'Ada'],
    ['Lovelace, Ada', '"Lovelace, Ada"'],
    ['Ada "Countess"', '"Ada ""Countess"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+49 30 1', "'+49 30 1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['=cmd,"x"', '"\'=cmd,""x"""'],
    ['a=b', 'a=b'],
    [true, 'true'],
    [null, ''],
  ])('of %j is %j', (value, cell) => {
    expect(asCell(value)).toBe(cell)
  })
})

it('has a line for each member, with their findings and where it comes from', () => {
  const members = [aMember({ zendeskId: 1, name: '=Ada' }), aMember({ zendeskId: 2, groups: null, customRole: 'Lead' })]
  const found = { zendeskId: 1, who: 'ada@example.org', what: 'an agent, and more' }
  const findings = [
    { ...found, code: 'SEAT_IDLE' as const },
    { ...found, code: 'NAME_DIFFERS' as const },
  ]

  const lines = reviewCsv(aReview(members, { findings })).split('\r\n')

  const names = lines[0]!.split(',')
  expect(lines).toHaveLength(4)
  expect(lines.at(-1)).toBe('')
  expect(names).toHaveLength(25)
  const rest = 'acme,2026-11-30T14:00:00.000Z,0.1.0,staff=print,staff=2026-11-30T13:00:05.000Z,true'
  expect(lines[1]).toContain("ada@example.org,'=Ada,1,agent,,true,false,")
  expect(lines[1]).toContain(`,"SEAT_IDLE: an agent, and more; NAME_DIFFERS: an agent, and more",${rest}`)
  expect(lines[2]).toContain(',not read,Acme,')
  expect(lines[2]!.endsWith(`,false,,${rest}`)).toBe(true)
})
