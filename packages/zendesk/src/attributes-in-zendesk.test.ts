import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { expect, it } from 'vitest'
import { attributesInZendesk } from './attributes-in-zendesk.ts'

const user = {
  id: 7,
  name: 'Ada',
  email: 'ada@x.org',
  role: 'agent',
  phone: '1',
  notes: 'by hand',
  remote_photo_url: 'another than an account shows',
  tags: ['ours', 'theirs'],
  user_fields: { desk: '2', colour: 'red' },
}
const ALWAYS = { email: 'ada@x.org', role: 'agent', custom_role_id: null, external_id: null }

it.each<[has: string, attributes: UserAttributes, tagsMode: 'merge' | 'replace', held: UserAttributes]>([
  ['nothing', {}, 'merge', {}],
  ['a value', { phone: '9' }, 'merge', { phone: '1' }],
  ['a value of which Zendesk has none', { alias: 'a' }, 'merge', { alias: null }],
  ['what Zendesk never shows', { remote_photo_url: 'https://x.org/a' }, 'merge', { remote_photo_url: null }],
  ['fields', { user_fields: { desk: '9', room: '3' } }, 'merge', { user_fields: { desk: '2', room: null } }],
  ['merged tags', { tags: ['ours', 'new'] }, 'merge', { tags: ['ours'] }],
  ['tags that replace', { tags: ['ours', 'new'] }, 'replace', { tags: ['ours', 'theirs'] }],
])('of an entry that has %s', (_has, attributes, tagsMode, held) => {
  expect(attributesInZendesk(user, { attributes, tagsMode })).toEqual({
    presence: 'active',
    attributes: { ...ALWAYS, ...held },
  })
})

it('a user who is suspended is held as suspended', () => {
  expect(attributesInZendesk({ ...user, suspended: true }, { attributes: {}, tagsMode: 'merge' }).presence).toBe(
    'suspended',
  )
})
