import { describe, expect, it } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

describe('didYouMean', () => {
  it.each([
    ['pageSise', ['pageSize', 'id'], 'pageSize'],
    ['PAGESIZE', ['pageSize'], 'pageSize'],
    ['organisation', ['organization', 'locale'], 'organization'],
    ['xyzzy', ['match', 'actions'], undefined],
    ['anything', [], undefined],
  ])('finds for %s among %j %s', (word, known, expected) => {
    expect(didYouMean(word, known)).toBe(expected)
  })
})
