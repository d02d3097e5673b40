import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Followed } from '@provisioner/shared/ledger/cycle-state.ts'
import { DirectoryWatch } from './directory-watch.ts'

const never = new AbortController().signal
const token = (value: string, server = 'dc1') => ({ by: 'highestCommittedUSN', server, value })

interface Last {
  cycle: number
  changeToken?: ReturnType<typeof token>
  startedAt?: number
  endedAt?: number
}

/** A watch whose last cycle is `last`, and of which every change matters but those that are `quiet`. */
function watchOf(last: Last, { quiet = [] as string[], followed = undefined as Followed | undefined } = {}) {
  const seen = { asked: 0, whats: [] as string[] }
  const state = { followed }
  const watch = new DirectoryWatch({
    directory: { hasChangedSince: async (_bases, { value }) => !quiet.includes(value) },
    bases: [],
    lastCycle: async () => ({ startedAt: 0, endedAt: 0, ...last }),
    followed: async () => state.followed,
    isBusy: async () => false,
    askForCycle: async () => {
      seen.asked++
      seen.whats.push('cycle')
    },
    askForChanged: async (next) => {
      seen.asked++
      seen.whats.push(`ahead, then ${next}`)
    },
    log: { info: () => {}, debug: () => {} },
  })
  return { seen, state, note: (value: string, server?: string) => watch.note(token(value, server), never) }
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

describe('what has changed since a cycle that took a second', () => {
  const last = { cycle: 1, changeToken: token('1') }
  const tookASecond = () => ({ ...last, startedAt: Date.now() - 1_000, endedAt: Date.now() })
  let runs = 0
  const read = (value: string, isAll: boolean) => ({
    cycle: 1,
    run: ++runs,
    tookMs: 0,
    changeToken: token(value),
    isAll,
  })

  it('is read ahead, once for each token, while the cycle still rests', async () => {
    const { seen, state, note } = watchOf(tookASecond())

    await note('2')
    await note('2')
    state.followed = read('2', true)
    await note('2')
    await note('3')

    expect(seen.whats).toEqual(['ahead, then nothing', 'ahead, then nothing'])
  })

  it('is read again although the token had moved on when it was read', async () => {
    const { seen, state, note } = watchOf(tookASecond())

    await note('2')
    state.followed = read('3', true)
    await note('4')

    expect(seen.whats).toEqual(['ahead, then nothing', 'ahead, then nothing'])
  })

  it('is not read again before three times as long as that took', async () => {
    const { seen, state, note } = watchOf(tookASecond())

    await note('2')
    state.followed = { ...read('2', true), tookMs: 300 }
    vi.advanceTimersByTime(800)
    await note('3')
    vi.advanceTimersByTime(200)
    await note('3')

    expect(seen.whats).toEqual(['ahead, then nothing', 'ahead, then nothing'])
  })

  it.each([
    ['nothing of it is left', true, 9_000],
    ['something of it is left', false, 2_000],
  ])('brings a cycle when %s, in its time', async (_what, isAll, restMs) => {
    const { seen, note } = watchOf(tookASecond(), { followed: read('2', isAll) })

    await note('2')
    vi.advanceTimersByTime(restMs - 100)
    await note('2')
    const early = seen.asked
    vi.advanceTimersByTime(200)
    await note('2')

    expect([early, seen.whats]).toEqual([0, ['cycle']])
  })

  it('brings its cycle although the token moves on for what nobody reads', async () => {
    const { seen, note } = watchOf(tookASecond(), { followed: read('2', true), quiet: ['2'] })

    await note('3')
    vi.advanceTimersByTime(10_000)
    await note('4')

    expect(seen.whats).toEqual(['cycle'])
  })

  it('brings its cycle although something changes all the time, of which nothing is left', async () => {
    const { seen, state, note } = watchOf(tookASecond())

    for (let second = 0; second < 12; second++) {
      await note(String(second + 2))
      state.followed = read(String(second + 2), true)
      vi.advanceTimersByTime(1_000)
    }

    expect(seen.whats.filter((what) => what === 'ahead, then a cycle')).toHaveLength(1)
    expect(seen.whats.indexOf('ahead, then a cycle')).toBe(9)
  })

  it('brings a cycle a minute, whatever changes, while none ends well', async () => {
    const { seen, state, note } = watchOf(tookASecond())
    vi.advanceTimersByTime(20_000)

    for (let second = 0; second < 120; second++) {
      await note(String(second + 2))
      state.followed = read(String(second + 2), false)
      vi.advanceTimersByTime(1_000)
    }

    expect(seen.whats.filter((what) => what !== 'ahead, then nothing')).toHaveLength(2)
  })

  it('brings a cycle, and is asked for once a minute, while nobody can read it', async () => {
    const { seen, note } = watchOf(tookASecond())

    await note('2')
    vi.advanceTimersByTime(3_000)
    await note('3')
    vi.advanceTimersByTime(61_000)
    await note('4')

    expect(seen.whats).toEqual(['ahead, then nothing', 'cycle', 'ahead, then a cycle'])
  })
})
