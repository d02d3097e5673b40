import { expect, it } from 'vitest'
import { HistoryConfig, historySecrets } from './history.ts'
import { plainSecrets } from './plain-secrets.ts'

const DAY = 86_400_000

it.each([
  [undefined, { url: 'sqlite:history.db', keep: 400 * DAY }],
  ['off', 'off'],
  [{ keep: '30d' }, { url: 'sqlite:history.db', keep: 30 * DAY }],
  [{ url: 'sqlite:/var/lib/h.db' }, { url: 'sqlite:/var/lib/h.db', keep: 400 * DAY }],
  [{ url: 'postgres://u:p%2F@db/h' }, { url: 'postgres://u:p%2F@db/h', keep: 400 * DAY }],
])('reads %j', (written, read) => {
  expect(HistoryConfig.parse(written)).toEqual(read)
})

it.each(['mysql://db/h', 'sqlite:', 'sqlite://h', 'postgres://', 'postgres://u:a#b@db/h', 'history.db'])(
  'refuses the address %s',
  (url) => {
    expect(HistoryConfig.safeParse({ url }).success).toBe(false)
  },
)

it('knows the password of a PostgreSQL, as it is written and as it is meant', () => {
  expect(historySecrets(HistoryConfig.parse({ url: 'postgres://u:p%2Fw@db/h' }))).toEqual(['p%2Fw', 'p/w'])
  expect(historySecrets(HistoryConfig.parse({}))).toEqual([])
  expect(historySecrets('off')).toEqual([])
})

it('warns of a password in the file, and of none by reference', () => {
  const warned = (url: string) => plainSecrets({ history: { url } }).map(({ path }) => path.join('.'))

  expect(warned('postgres://u:secret@db/h')).toEqual(['history.url'])
  expect(warned('postgres://u:${env:HISTORY_PASSWORD}@db/h')).toEqual([])
})
