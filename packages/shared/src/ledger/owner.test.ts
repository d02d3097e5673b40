import { describe, expect, it } from 'vitest'
import { encodeDirectoryId } from '../entity.ts'
import { formatClaim, formatOwner, idWithin, ownerInAnswer, parseClaim, parseOwner } from './owner.ts'

const ids = ['3f2a', 'u|1', '|', encodeDirectoryId('a|b:c~d'), '']

describe('An owner', () => {
  it.each(ids)('of the id %j is read back', (id) => {
    expect(parseOwner(formatOwner({ connection: 'staff', id }))).toEqual({ connection: 'staff', id })
  })

  it.each([
    [null, null],
    [undefined, null],
    ['staff|u1', { connection: 'staff', id: 'u1' }],
    ['staff|u|1', { connection: 'staff', id: 'u|1' }],
    ['u1', { connection: '', id: 'u1' }],
  ])('that Redis has as %j is %j', (text, owner) => {
    expect(parseOwner(text)).toEqual(owner)
  })

  it.each([
    ['staff|u1', 'u1'],
    ['staff|u|1', 'u|1'],
    ['staff-2|u1', undefined],
    ['u1', undefined],
    [null, undefined],
  ])('%j has within staff the id %j', (text, id) => {
    expect(idWithin('staff', parseOwner(text))).toBe(id)
  })

  it.each([
    ['owned by staff|u|1', { connection: 'staff', id: 'u|1' }],
    ['linked', null],
    [undefined, null],
  ])('is read from the answer %j as %j', (answer, owner) => {
    expect(ownerInAnswer(answer)).toEqual(owner)
  })
})

describe('A claim', () => {
  it.each(ids)('by the id %j is read back', (id) => {
    const claim = { connection: 'staff', id, at: 1_795_000_000_000 }

    expect(parseClaim(formatClaim(claim))).toEqual(claim)
  })

  it('that nobody makes is none', () => {
    expect(parseClaim(null)).toBeNull()
  })
})
