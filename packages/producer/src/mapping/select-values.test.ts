import { expect, it } from 'vitest'

import type { Value } from '../directory/entry.ts'
import { selectValues } from './select-values.ts'

const bytes = Buffer.from([255])

const entry = {
  dn: 'cn=Ada',
  id: 'ada',
  attributes: new Map<string, readonly Value[]>([
    ['blank', ['', '  ']],
    ['cn', ['Lovelace', 'Ada', ' ']],
    ['mixed', [bytes, 'text']],
    ['photo', [bytes]],
    ['nothing', [Buffer.alloc(0)]],
  ]),
}

it.each([
  ['one that exists', ['cn'], { from: 'cn', values: ['Lovelace', 'Ada'] }],
  [
    'the first that has a value',
    ['title', 'blank', 'nothing', 'cn', 'photo'],
    { from: 'cn', values: ['Lovelace', 'Ada'] },
  ],
  ['text and bytes', ['mixed'], { from: 'mixed', values: [bytes, 'text'] }],
  ['bytes', ['photo'], { from: 'photo', values: [bytes] }],
  ['the DN', ['dn'], { from: 'dn', values: ['cn=Ada'] }],
  ['nothing', ['title', 'blank'], undefined],
])('selects %s', (_what, names, selected) => {
  expect(selectValues(entry, names)).toEqual(selected)
})
