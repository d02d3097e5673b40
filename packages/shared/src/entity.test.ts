import { describe, expect, it } from 'vitest'
import { encodeDirectoryId, jobId, membershipId, membershipSides, parseJobId } from './entity.ts'

describe('A directory id', () => {
  it.each([
    ['8f0c2d8e-1c1e-4b1c-9d6a-0f6b0f6b0f6b', '8f0c2d8e-1c1e-4b1c-9d6a-0f6b0f6b0f6b'],
    ['a:b', 'a%3Ab'],
    ['a~b', 'a%7Eb'],
    ['p3@example.org', 'p3%40example%2Eorg'],
    ["it's (1)*!", 'it%27s%20%281%29%2A%21'],
    ['é', '%C3%A9'],
  ])('%s stands in keys as %s', (id, encoded) => expect(encodeDirectoryId(id)).toBe(encoded))
})

describe('A job’s id', () => {
  it.each([
    { connection: 'staff', kind: 'user', id: encodeDirectoryId('a.b:c~d') },
    { connection: 'staff-2', kind: 'group', id: '8f0c2d8e-1c1e-4b1c-9d6a-0f6b0f6b0f6b' },
    { connection: 'staff', kind: 'membership', id: membershipId('g1', 'u1') },
  ] as const)('names $kind $id and a revision, and is read back', (ref) => {
    const id = jobId(ref, 1_795_000_000_000)

    expect(id).not.toContain(':')
    expect(parseJobId(id)).toEqual({ ref, revision: 1_795_000_000_000 })
  })

  it.each([
    '',
    'staff',
    'staff.user.a',
    'staff.user.a.b',
    'staff.user.a.1.2',
    'staff.organization.a.1',
    '.user.a.1',
    'staff.user..1',
    'repeat:abc:1',
  ])('is not %j', (id) => expect(parseJobId(id)).toBeUndefined())
})

describe('A membership’s id', () => {
  it('tells its two sides', () => {
    expect(membershipSides(membershipId('g1', 'u1'))).toEqual({ groupId: 'g1', userId: 'u1' })
  })

  it.each(['g1', '~u1', ''])('is not %j', (id) => expect(() => membershipSides(id)).toThrow('expected GROUP~USER'))
})
