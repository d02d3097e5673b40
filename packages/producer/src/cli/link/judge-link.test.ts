import { expect, it } from 'vitest'
import { whyNotLink, type LinkInQuestion } from './judge-link.ts'

const SIDE = { zendeskId: 7, role: 'end-user', owner: null, protectedBy: null }
const QUESTION: LinkInQuestion = {
  kind: 'user',
  connection: 'staff',
  id: 'u1',
  side: SIDE,
  ownerDn: undefined,
  isInDirectory: true,
  outOfScope: [],
  leftOut: undefined,
  mappedRole: undefined,
  apiUserId: 99,
}
const other = { connection: 'contractors', id: 'u7' }

it.each<[what: string, changes: Partial<LinkInQuestion>, why: RegExp | undefined]>([
  ['a user of nobody', {}, undefined],
  ['its own user', { side: { ...SIDE, owner: { connection: 'staff', id: 'u1' } } }, undefined],
  ['a user of another entry', { side: { ...SIDE, owner: other } }, /belongs to entry u7 of connection 'contractors'/],
  ['a user of an entry that is known', { side: { ...SIDE, owner: other }, ownerDn: 'uid=bob' }, /belongs to uid=bob/],
  ['nothing', { side: undefined }, /has no user with this id/],
  ['a user while the entry has left', { isInDirectory: false }, /not in the directory any more/],
  ['a user while it is not in scope', { outOfScope: ['no location has it'] }, /not in scope \(no location has it\)/],
  ['a user while it is refused', { leftOut: 'it has no address' }, /not provisioned: it has no address/],
  ['a protected user', { side: { ...SIDE, protectedBy: '*@acme.com' } }, /protected .*'\*@acme\.com'/],
  ['an agent without a mapped role', { side: { ...SIDE, role: 'agent' } }, /is agent .* mapped role is none/],
  ['an agent as an agent', { side: { ...SIDE, role: 'agent' }, mappedRole: 'agent' }, undefined],
  ['an admin as an admin', { side: { ...SIDE, role: 'admin' }, mappedRole: 'admin' }, /is admin in Zendesk/],
  ['the API’s own user', { side: { ...SIDE, zendeskId: 99 } }, /the user of the account's own credentials/],
  ['a group of nobody', { kind: 'group' }, undefined],
  ['a group of another entry', { kind: 'group', side: { ...SIDE, owner: other } }, /Zendesk's group 7 belongs to/],
])('an entry and %s', (_what, changes, why) => {
  const answer = whyNotLink({ ...QUESTION, ...changes })

  if (why) expect(answer).toMatch(why)
  else expect(answer).toBeUndefined()
})
