import { describe, expect, it } from 'vitest'
import { normaliseDn } from '@provisioner/producer/directory/dn.ts'
import { parseLdapUrl } from '@provisioner/producer/directory/ldap-url.ts'
import { mapOne } from '@provisioner/producer/mapping/mapping.fixture.ts'
import { matchesPattern } from '@provisioner/shared/address-pattern.ts'

const LONG = 200_000

/** Long values on which a regular expression that tries each end from each start needs minutes. */
const HOSTILE = {
  blanks: `x${' '.repeat(LONG)}x\n`,
  'line breaks': `x${'\n'.repeat(LONG)}x`,
  backslashes: `cn=${'\\'.repeat(LONG)}x,dc=org`,
  'escaped pairs': `cn=${'\\2c'.repeat(LONG)}x`,
  'quotation marks': `cn=${'"'.repeat(LONG + 1)}`,
  'plus signs': `cn=${'+'.repeat(LONG)}`,
  'many parts': `${'cn=a+'.repeat(LONG / 5)}!`,
  dots: `${'a.'.repeat(LONG / 2)}@${'a-.'.repeat(LONG / 3)}`,
  commas: ',;'.repeat(LONG / 2),
  digits: `${'1'.repeat(LONG)}x`,
  brackets: `ldap://${'['.repeat(LONG)}`,
  questions: `ldap:///${'?'.repeat(LONG)}`,
  percents: `ldap:///${'%2'.repeat(LONG / 2)}`,
}

const MAP = {
  email: 'mail',
  name: 'v',
  alias: { from: 'v', parse: 'cn-from-dn' },
  phone: { from: 'v', parse: 'user-from-email', trim: false },
  external_id: { from: 'v', case: 'lower' },
  notes: 'v',
  tags: 'v',
  verified: 'v',
  role: 'v',
  ticket_restriction: 'v',
  organization: 'v',
  user_fields: { field: 'v' },
}

describe('a value of hundreds of kilobytes is done with at once:', () => {
  it.each(Object.entries(HOSTILE))('%s', async (_what, text) => {
    const started = performance.now()

    await mapOne(MAP, { mail: [text], v: [text] }, { status: { attribute: 'v', bit: 2 } })
    normaliseDn(text)
    parseLdapUrl(text)

    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('an address beside a pattern of many stars', () => {
    const started = performance.now()

    expect(matchesPattern(`${'a'.repeat(LONG)}@example.org`, `${'*a'.repeat(20)}*b@example.org`)).toBe(false)

    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
