import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import { expect, it } from 'vitest'
import { nameOf } from './plan-group.ts'

it.each<[string[], string | undefined, string | undefined, string[], string]>([
  // the directory's names, applied, released, free in Zendesk → counts
  [['a', 'b'], 'b', 'a', [], 'b'],
  [['a', 'B'], 'b', undefined, [], 'B'],
  [['a', 'b'], 'c', 'b', [], 'b'],
  [['a', 'b'], undefined, 'b', ['a'], 'b'],
  [['a', 'b'], 'c', 'c', ['b'], 'a'],
  [['a', 'b'], undefined, undefined, ['b'], 'b'],
  [['b', 'a'], undefined, undefined, [], 'b'],
  [['a'], 'b', undefined, ['b'], 'a'],
])(
  'of the names %j, %s applied, %s released and %j free in Zendesk, %s counts',
  (names, applied, released, free, name) => {
    const [first = '', ...otherNames] = names
    const record = { applied: applied ? { name: applied } : null, desired: released ? { name: released } : null }

    const group = nameOf({ id: 'g', dn: 'cn=g', name: first, otherNames }, record as GroupRecord, (one) =>
      free.includes(one),
    )

    expect(group.name).toBe(name)
  },
)
