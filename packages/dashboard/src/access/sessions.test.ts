import { expect, it } from 'vitest'
import type { Credential } from './credentials.ts'
import { SESSION_MS, Sessions } from './sessions.ts'

const ada: Credential = { name: 'ada', password: 'long enough', role: 'operator' }

it('reads back what it opened, also in another process with the same secret', () => {
  const cookie = new Sessions('secret', [ada]).open(ada)

  expect(new Sessions('secret', [ada]).read(cookie)).toMatchObject({ name: 'ada', role: 'operator' })
})

it.each([
  ['another secret', (cookie: string) => new Sessions('other', [ada]).read(cookie)],
  ['a changed password', (cookie: string) => new Sessions('secret', [{ ...ada, password: 'new' }]).read(cookie)],
  ['a changed body', (cookie: string) => new Sessions('secret', [ada]).read(`e30${cookie}`)],
  ['no signature', (cookie: string) => new Sessions('secret', [ada]).read(cookie.split('.')[0])],
  ['nothing', () => new Sessions('secret', [ada]).read(undefined)],
])('refuses a cookie under %s', (_, read) => {
  expect(read(new Sessions('secret', [ada]).open(ada))).toBeUndefined()
})

it('ends a session after its time, and at once on logout', () => {
  let now = 0
  const sessions = new Sessions('secret', [ada], () => now)
  const [first, second] = [sessions.open(ada), sessions.open(ada)]

  sessions.close(first)
  expect(sessions.read(first)).toBeUndefined()
  expect(sessions.read(second)).toBeDefined()

  now = SESSION_MS
  expect(sessions.read(second)).toBeUndefined()
})
