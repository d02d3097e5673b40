import { describe, expect, it } from 'vitest'
import { GroupDoubts } from './group-doubts.ts'
import { GroupTree, type DirectoryGroup } from './group-tree.ts'
import type { SourceUser } from './read-users.ts'

const group = (key: string, members: string[] = [], more: Partial<DirectoryGroup> = {}): DirectoryGroup => ({
  ...{ id: key, dn: key, key, name: key, members, otherNames: [], lookedFor: ['member'], naming: [], searches: [] },
  ...more,
})
const user = ({ uid, ...names }: { memberOf?: string[]; primary?: string; uid?: string }) =>
  ({
    keys: ['uid=u', ...(uid === undefined ? [] : [`uid:${uid}`])],
    memberOf: [],
    primary: undefined,
    ...names,
  }) as unknown as SourceUser

interface Case {
  readonly groups: DirectoryGroup[]
  readonly had?: string[]
  readonly users?: SourceUser[]
  readonly nested?: boolean
}

function doubtsOf({ groups, had = [], users = [] }: Case): GroupDoubts {
  const tree = new GroupTree()
  for (const one of groups) tree.put(one)
  const doubts = new GroupDoubts(tree, new Set(had))
  for (const one of users) doubts.note(one)
  doubts.notePeople(users)
  return doubts
}
const root = (nested = true) => ({ key: 'cn=g', dn: 'cn=g', nested })
const BY_USERS = { lookedFor: [] }
const bySeveral = (...naming: string[]) => ({ lookedFor: ['member', 'seeAlso'], naming })

describe('GroupDoubts', () => {
  it.each<[string, Case, 'certain' | 'in doubt' | 'no']>([
    ['names members', { groups: [group('cn=g', ['uid=u'])], had: ['cn=g'] }, 'no'],
    [
      'names none, but users name it',
      { groups: [group('cn=g')], had: ['cn=g'], users: [user({ memberOf: ['cn=g'] })] },
      'no',
    ],
    ['names none, and had members', { groups: [group('cn=g')], had: ['cn=g'] }, 'in doubt'],
    [
      'names none in one of its attributes, and did',
      { groups: [group('cn=g', ['uid=u'], bySeveral('member'))], had: ['cn=g', 'by member:cn=g', 'by seealso:cn=g'] },
      'in doubt',
    ],
    [
      'names none in one of its attributes, and did, while users name it',
      {
        groups: [group('cn=g', ['uid=u'], bySeveral('member'))],
        had: ['cn=g', 'by seealso:cn=g'],
        users: [user({ memberOf: ['cn=g'] })],
      },
      'in doubt',
    ],
    [
      'names none in one of its attributes, and never did',
      { groups: [group('cn=g', ['uid=u'], bySeveral('member'))], had: ['cn=g', 'by member:cn=g'] },
      'no',
    ],
    ['names none, and never did', { groups: [group('cn=g')] }, 'no'],
    [
      'names none but is a primary group, and named members before',
      { groups: [group('cn=g')], had: ['cn=g', 'primary:cn=g'], users: [user({ primary: 'cn=g' })] },
      'in doubt',
    ],
    [
      'names none and is a primary group, as before',
      { groups: [group('cn=g')], had: ['primary:cn=g'], users: [user({ primary: 'cn=g' })] },
      'no',
    ],
    ['is nobody’s primary group any more', { groups: [group('cn=g')], had: ['primary:cn=g'] }, 'in doubt'],
    ['is not there', { groups: [] }, 'certain'],
    ['hides what its class demands', { groups: [group('cn=g', [], { unread: 'hidden' })] }, 'certain'],
    [
      'has a group that had members',
      { groups: [group('cn=g', ['uid=u', 'cn=n']), group('cn=n')], had: ['cn=n'] },
      'in doubt',
    ],
    [
      'has a group that had members, which does not count',
      { groups: [group('cn=g', ['cn=n']), group('cn=n')], had: ['cn=n'], nested: false },
      'no',
    ],
    ['has a group that never had any', { groups: [group('cn=g', ['uid=u', 'cn=n']), group('cn=n')] }, 'no'],
    ['names a group that is gone and had members', { groups: [group('cn=g', ['cn=n'])], had: ['cn=n'] }, 'in doubt'],
    ['names uids, and nobody shows one', { groups: [group('cn=g', ['uid:u'])], users: [user({})] }, 'certain'],
    ['names uids, and somebody shows one', { groups: [group('cn=g', ['uid:u'])], users: [user({ uid: 'x' })] }, 'no'],
    [
      'is named by users alone, and nobody names any',
      { groups: [group('cn=g', [], BY_USERS)], had: ['cn=g'] },
      'in doubt',
    ],
    [
      'is named by users alone, and some name others',
      { groups: [group('cn=g', [], BY_USERS)], had: ['cn=g'], users: [user({ memberOf: ['cn=x'] })] },
      'no',
    ],
  ])('of a group that %s', (_what, given, expected) => {
    const doubt = doubtsOf(given).of(root(given.nested))

    expect(doubt ? (doubt.certain ? 'certain' : 'in doubt') : 'no').toBe(expected)
  })

  it('remembers who shows members, by name or as a primary group, nested ones included', () => {
    const doubts = doubtsOf({
      groups: [group('cn=g', ['cn=n', 'cn=e', 'cn=p']), group('cn=n', ['uid=u']), group('cn=e'), group('cn=p')],
      users: [user({ primary: 'cn=p' })],
    })

    expect([...doubts.shown([root()])].sort()).toEqual(['cn=g', 'cn=n', 'primary:cn=p'])
  })

  it('remembers in which of several attributes a group names members', () => {
    const doubts = doubtsOf({ groups: [group('cn=g', ['uid=u'], bySeveral('seealso'))] })

    expect([...doubts.shown([root()])].sort()).toEqual(['by seealso:cn=g', 'cn=g'])
  })
})
