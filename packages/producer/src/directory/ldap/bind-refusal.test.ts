import { InvalidCredentialsError, BusyError, StrongAuthRequiredError, UnwillingToPerformError } from 'ldapts'
import { describe, expect, it } from 'vitest'
import { explainBindRefusal } from './bind-refusal.ts'

const activeDirectory = (data: string) =>
  new InvalidCredentialsError(
    `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v2580`,
  )

describe('explainBindRefusal', () => {
  it.each([
    [activeDirectory('525'), 'does not exist'],
    [activeDirectory('52e'), 'password is wrong'],
    [activeDirectory('532'), 'password has expired'],
    [activeDirectory('533'), 'is disabled'],
    [activeDirectory('701'), 'account has expired'],
    [activeDirectory('773'), 'must change its password'],
    [activeDirectory('775'), 'is locked'],
    [activeDirectory('999'), 'bindDn or bindPassword is wrong'],
    [new InvalidCredentialsError(), 'bindDn or bindPassword is wrong'],
    [new StrongAuthRequiredError(), 'Use ldaps:// or startTls'],
    [new UnwillingToPerformError('account locked'), 'account locked'],
  ])('explains %s', (error, expected) => {
    expect(explainBindRefusal(error)).toContain(expected)
  })

  it('explains the refusal of a certificate as such', () => {
    expect(explainBindRefusal(new InvalidCredentialsError(), 'certificate')).toContain(
      'the certificate names no account',
    )
  })

  it.each([[new BusyError()], [new Error('connect ECONNREFUSED')]])('takes %s for no refusal', (error) => {
    expect(explainBindRefusal(error)).toBeUndefined()
  })
})
