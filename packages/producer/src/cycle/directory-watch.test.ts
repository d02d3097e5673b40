import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DirectoryWatch } from './directory-watch.ts'

const never = new AbortController().signal
const token = (value: string, server = 'dc1') => ({ by: 'highestCommittedUSN', server, value })

/** A watch whose last cycle is `last`, and of which every change matters. */
function watchOf(last: { cycle: number; changeToken?: ReturnType<typeof token> }) {
  const seen = { asked: 0 }
  const watch = new DirectoryWatch({
    directory: { hasChangedSince: async () => true },
    bases: [],
    lastCycle: async () => ({ startedAt: 0, endedAt: 0, ...last }),
    isBusy: async () => false,
    ask: async () => void seen.asked++,
    log: { info: () => {}, debug: () => {} },
  })
  return { seen, note: (value: string, server?: string) => watch.note(token(value, server), never) }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('a directory that has changed', () => {
  it.each([
    ['whose last cycle had no token', { cycle: 1 }],
    ['whose last cycle read another server', { cycle: 1, changeToken: token('9', 'dc2') }],
    ['whose last cycle read this one', { cycle: 1, changeToken: token('1') }],
  ])('%s is asked for again after a minute, when no cycle has ended well', async (_what, last) => {
    const { seen, note } = watchOf(last)

    await note('2')
    await note('2')
    const atOnce = seen.asked
    vi.advanceTimersByTime(61_000)
    await note('2')

    expect([atOnce, seen.asked]).toEqual([1, 2])
  })

  it.each([
    ['without a token', undefined],
    ['of another server', token('9', 'dc2')],
  ])('is read once a cycle %s has ended, and is asked for when it changes again', async (_what, changeToken) => {
    const last: { cycle: number; changeToken?: ReturnType<typeof token> } = { cycle: 1 }
    const { seen, note } = watchOf(last)
    await note('2')

    Object.assign(last, { cycle: 2, changeToken })
    await note('2')
    const after = seen.asked
    await note('3')

    expect([after, seen.asked]).toEqual([1, 2])
  })
})
