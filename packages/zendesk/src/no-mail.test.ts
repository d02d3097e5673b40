import { describe, expect, it } from 'vitest'
import { withoutMail, type MailingWrite } from './no-mail.ts'
import type { UserBody } from './user-body.ts'

const address = { email: 'ada@example.org' }
const identity = { type: 'email', value: 'ada@example.org', verified: true }

/** The write, its body, whether the welcome mail is wished for, and whether Zendesk is told to mail nobody. */
const TABLE: readonly [MailingWrite, UserBody, boolean, boolean][] = [
  ['create user', address, false, true],
  ['create user', { ...address, verified: true }, false, true],
  ['create user', address, true, false],
  ['create user', { ...address, suspended: true }, true, true],
  ['create user', {}, false, true],
  ['update user', address, false, true],
  ['update user', address, true, true],
  ['update user', { identities: [identity] }, true, true],
  ['update user', { verified: false }, true, true],
  ['update user', { password: 'a-secret' }, true, true],
  ['update user', { role: 'agent' }, true, true],
  ['update user', { role: 'end-user' }, true, true],
  ['update user', { custom_role_id: null }, true, true],
  ['update user', { suspended: false }, true, true],
  ['update user', { suspended: true }, false, false],
  ['update user', { name: 'Ada', phone: '1', tags: [] }, false, false],
  ['create identity', identity, false, true],
  ['create identity', identity, true, true],
]

describe('withoutMail', () => {
  it.each(TABLE)('%s %o, welcome mail %s: silenced %s', (write, body, welcome, silenced) => {
    const sent = withoutMail(write, body, welcome)

    expect(sent).toEqual(silenced ? { ...body, skip_verify_email: true } : body)
  })
})
