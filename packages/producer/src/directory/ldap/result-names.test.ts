import { InvalidCredentialsError, UnwillingToPerformError } from 'ldapts'
import { expect, it } from 'vitest'
import { explainBindRefusal } from './bind-refusal.ts'
import { describeLdapError } from './result-names.ts'

it.each([
  [new InvalidCredentialsError(''), 'Invalid credentials (49)'],
  [new UnwillingToPerformError('no TLS'), 'Unwilling to perform (53), no TLS'],
  [new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
])('says what a server answers as people read it', (error, said) => {
  expect(describeLdapError(error)).toBe(said)
})

it('says it behind the reason of a bind that is refused', () => {
  expect(explainBindRefusal(new InvalidCredentialsError(''))).toMatch(/The server says: Invalid credentials \(49\)$/)
})
