import { expect, it } from 'vitest'
import { localPath } from './local-path.ts'

it.each([
  ['/board/queue/staff.groups?status=failed', '/board/queue/staff.groups?status=failed'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['/x/..//evil.example', '/evil.example'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['board', '/'],
  [undefined, '/'],
])('turns %s into %s', (next, path) => {
  expect(localPath(next)).toBe(path)
})
