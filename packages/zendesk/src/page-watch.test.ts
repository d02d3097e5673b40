import { expect, it } from 'vitest'
import { PageWatch } from './page-watch.ts'

const items = (...ids: number[]) => ids.map((id) => ({ id }))

it.each<[string, [items: object[], cursor: string][], RegExp | undefined]>([
  [
    'pages that differ',
    [
      [items(1, 2), 'a'],
      [items(3), 'b'],
      [[], 'c'],
      [items(4), 'd'],
    ],
    undefined,
  ],
  ['no cursor', [[items(1), '']], /no cursor/],
  [
    'the same cursor again',
    [
      [items(1), 'a'],
      [items(2), 'a'],
    ],
    /page 2 has a cursor that it had before/,
  ],
  [
    'cursors in a circle',
    [
      [items(1), 'a'],
      [items(2), 'b'],
      [items(3), 'a'],
    ],
    /page 3 has a cursor/,
  ],
  [
    'new cursors to the same page',
    [
      [items(1, 2), 'a'],
      [items(1, 2), 'b'],
    ],
    /page 2 begins with 1/,
  ],
  [
    'new cursors to old pages',
    [
      [items(1), 'a'],
      [items(2), 'b'],
      [items(1), 'c'],
    ],
    /page 3 begins with 1/,
  ],
  [
    'items without ids',
    [
      [[{}], 'a'],
      [[{}], 'b'],
    ],
    undefined,
  ],
  ['nothing but empty pages', Array.from({ length: 10 }, (_, i) => [[], `c${i}`]), /10 pages in a row are empty/],
  ['new items for ever', Array.from({ length: 50_000 }, (_, i) => [items(i), `c${i}`]), /50000 pages were read/],
])('%s', (_what, pages, fault) => {
  const watch = new PageWatch()
  const faults = pages.map(([page, cursor]) => watch.faultOf(page, cursor))

  expect(faults.slice(0, -1).filter((one) => one !== undefined)).toEqual([])
  if (fault === undefined) expect(faults.at(-1)).toBeUndefined()
  else expect(faults.at(-1)).toMatch(fault)
})
