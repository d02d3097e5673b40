import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { changed, example } from './config.fixture.ts'
import { configJsonSchema } from './config-json-schema.ts'

const schema = z.fromJSONSchema(configJsonSchema())

describe('configJsonSchema', () => {
  it('takes the example with its references unresolved', () => {
    expect(schema.safeParse(parse(example)).error?.issues).toBeUndefined()
  })

  it.each([
    ['a misspelt key', 'pageSize: 250', 'pageSise: 1000'],
    ['a duration without a unit', 'every: 60s', 'every: "60"'],
    ['a value that is none of the known ones', 'match: email', 'match: name'],
    ['a missing key', '      type: openldap', ''],
  ])('refuses %s', (_what, from, to) => {
    expect(schema.safeParse(parse(changed([from, to]))).success).toBe(false)
  })

  it.each([
    ['url: https://acme.zendesk.com', 'url: "${env:ZENDESK_URL}"'],
    ['ldaps://ldap1.acme.com', '"ldaps://${env:LDAP_HOST}"'],
    ['every: 60s', 'every: "${env:EVERY}"'],
  ])('takes a reference in place of a text: %s', (from, to) => {
    expect(schema.safeParse(parse(changed([from, to]))).success).toBe(true)
  })
})
