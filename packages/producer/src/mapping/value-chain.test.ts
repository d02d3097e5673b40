import { expect, it } from 'vitest'

import { shapeValues, type Shape } from './value-chain.ts'
import type { Scalar } from './zendesk-value.ts'

const plain: Shape = { trim: true }

it.each<[string, Partial<Shape>, Scalar[], Scalar[]]>([
  ['trims', {}, [' Ada ', 'b'], ['Ada', 'b']],
  ['keeps spaces when it is not to trim', { trim: false }, [' Ada '], [' Ada ']],
  ['drops what is only spaces, trimmed or not', { trim: false }, ['  '], []],
  ['lowers case', { case: 'lower' }, ['ADA ÄÖ'], ['ada äö']],
  ['raises case without a locale: i becomes I', { case: 'upper' }, ['istanbul'], ['ISTANBUL']],
  ['parses the user from an email', { parse: 'user-from-email' }, ['Ada@example.org'], ['Ada']],
  ['parses the common name from a DN', { parse: 'cn-from-dn' }, ['cn=Ada ,dc=org'], ['Ada']],
  ['drops a DN without a common name', { parse: 'cn-from-dn' }, ['uid=ada,dc=org', 'cn=Bob,dc=org'], ['Bob']],
  ['parses, then trims, then changes case', { parse: 'cn-from-dn', case: 'upper' }, ['cn=Ada\\20,dc=org'], ['ADA']],
  ['leaves numbers and booleans as they are', { case: 'upper', parse: 'user-from-email' }, [12, true], [12, true]],
])('%s', (_what, shape, values, shaped) => {
  expect(shapeValues(values, { ...plain, ...shape })).toEqual(shaped)
})
