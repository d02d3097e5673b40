import { expect, it } from 'vitest'
import { placeOf } from './same-origin.ts'

it.each([
  ['same-origin', undefined, 'own'],
  ['same-origin', 'null', 'own'],
  ['same-site', 'http://board.acme.com:3000', 'foreign'],
  ['cross-site', 'http://evil.example', 'foreign'],
  ['none', undefined, 'foreign'],
  [undefined, 'http://board.acme.com:3000', 'own'],
  [undefined, 'http://board.acme.com', 'foreign'],
  [undefined, 'null', 'foreign'],
  [undefined, undefined, 'unknown'],
] as const)('takes Sec-Fetch-Site %s and Origin %s as %s', (fetchSite, origin, place) => {
  expect(placeOf({ fetchSite, origin, host: 'board.acme.com:3000' })).toBe(place)
})
