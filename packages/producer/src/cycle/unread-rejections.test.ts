import { membershipId } from '@provisioner/shared/entity.ts'
import { expect, it } from 'vitest'
import type { DirectoryPicture } from './directory-picture.ts'
import { scanned } from './scanned-entries.fixture.ts'
import { unreadRejections } from './unread-rejections.ts'

type Doubts = Partial<Pick<DirectoryPicture['doubts'], 'forAll' | 'managed'> & Pick<DirectoryPicture, 'statusUnread'>>
const doubt = { what: 'hidden', certain: false }
const inG = membershipId('g', 'here')
const decision = { print: '', by: 'ada', at: 1 }

it.each<[why: string, key: string, doubts: Doubts, unread: boolean]>([
  ['the entry can be mapped', 'user|here', {}, false],
  ['the entry can not be mapped', 'user|unmapped|phone', {}, true],
  ['the entry is gone', 'user|gone', {}, false],
  ['who is in scope is in doubt, and the entry is not', 'user|gone|phone', { forAll: { scope: 'hidden' } }, true],
  ['who is in scope is in doubt, and the entry is', 'user|here|phone', { forAll: { scope: 'hidden' } }, false],
  ['roles are in doubt', 'user|here|role', { forAll: { roles: 'hidden' } }, true],
  ['roles are in doubt, and may lower somebody', 'user|here', { forAll: { roles: 'hidden' } }, true],
  ['roles are in doubt, and it is about a phone', 'user|here|phone', { forAll: { roles: 'hidden' } }, false],
  ['which groups are managed is in doubt', 'group|g', { forAll: { managed: 'hidden' } }, true],
  ['who is disabled is not read', 'user|here', { statusUnread: true }, true],
  ['who is disabled is not read, and it is about a phone', 'user|here|phone', { statusUnread: true }, false],
  ['the groups of the user are in doubt', 'user|unsure|role', {}, true],
  ['the groups of the member are in doubt', `membership|${membershipId('g', 'unsure')}`, {}, true],
  ['the group is read', `membership|${inG}`, {}, false],
  ['the group is in doubt', `membership|${inG}`, { managed: new Map([['g', doubt]]) }, true],
  ['the entry is hidden', 'user|hidden|phone', {}, true],
  ['the group is hidden', 'group|hidden-group', {}, true],
  ['the membership’s group is hidden', `membership|${membershipId('hidden-group', 'here')}`, {}, true],
  ['the member is hidden', `membership|${membershipId('g', 'hidden')}`, {}, true],
  ['its record can not be read', 'user|damaged|role', {}, true],
  ['the group’s record can not be read', 'group|damaged-group', {}, true],
  ['the member’s record can not be read', `membership|${membershipId('g', 'damaged')}`, {}, true],
  [
    'the record of the membership’s group can not be read',
    `membership|${membershipId('damaged-group', 'here')}`,
    {},
    true,
  ],
  ['the member can not be mapped', `membership|${membershipId('g', 'unmapped')}`, {}, true],
])('%s: of %s nothing is known', (_why, key, { forAll = {}, managed = new Map(), statusUnread = false }, unread) => {
  const read = {
    rejected: new Map([['unmapped', { dn: 'uid=unmapped', disabled: false }]]),
    present: scanned('here', 'unmapped'),
    statusUnread,
    unread: { users: new Map(), groups: new Map([['hidden-group', 'cn=g']]) },
    usersInDoubt: { users: new Map([['unsure', 'uid=unsure']]) } as unknown as DirectoryPicture['usersInDoubt'],
    doubts: { forAll, managed } as DirectoryPicture['doubts'],
  }
  const of = (verdict: 'approved' | 'rejected') => [
    ...unreadRejections(new Map([[key, { ...decision, decision: verdict }]]), read, {
      entries: new Set(['hidden']),
      records: new Set(['user|damaged', 'group|damaged-group', 'membership|damaged~damaged']),
    }),
  ]

  expect([of('rejected'), of('approved')]).toEqual([unread ? [key] : [], []])
})
