import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { FINDING_CODES } from '@provisioner/producer/cli/review/review-file.ts'

it('docs/access-review.md explains each finding, and no other, in the order in which they are told', () => {
  const page = readFileSync(new URL('../../docs/access-review.md', import.meta.url), 'utf8')

  expect([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)).toEqual([...FINDING_CODES])
})
