import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { keepRunning, type KeptProcess } from './keep-running.ts'

const STAYS = 'setInterval(() => {}, 1000)'
const FAILS = "console.error('no such file'); process.exitCode = 3"

describe('a process of the demo', () => {
  const keep = (script: string) => {
    const restarted = vi.fn<(words: string, byItself: boolean) => void>()
    const gaveUp = vi.fn<(words: string) => void>()
    const { signal } = new AbortController()
    const program = { name: 'worker', program: process.execPath, args: ['-e', script], env: process.env }
    const kept = keepRunning(program, { restarted, gaveUp, signal, pauseMs: 20 })
    onTestFinished(() => kept.stop())
    return { kept, restarted, gaveUp }
  }
  const other = (kept: KeptProcess, before: number | undefined) =>
    vi.waitFor(() => {
      expect(kept.pid).toBeGreaterThan(0)
      expect(kept.pid).not.toBe(before)
    })

  it('comes back however often it is killed', async () => {
    const { kept, restarted, gaveUp } = keep(STAYS)

    for (let i = 0; i < 6; i++) {
      const before = kept.pid
      process.kill(before!, 'SIGKILL')
      await other(kept, before)
    }

    expect(restarted).toHaveBeenCalledTimes(6)
    expect(restarted).toHaveBeenCalledWith('The worker ended (SIGKILL); another one starts in 0.02 s.', false)
    expect(gaveUp).not.toHaveBeenCalled()
  })

  it('is given up when it keeps failing at once, with its last words', async () => {
    const { kept, restarted, gaveUp } = keep(FAILS)

    await vi.waitFor(() => expect(gaveUp).toHaveBeenCalledOnce(), 10_000)

    expect(restarted.mock.calls.map(([words]) => words)).toEqual(
      [0.02, 0.04, 0.08].map((s) => `The worker ended (exit code 3); another one starts in ${s} s.`),
    )
    expect(gaveUp.mock.calls[0]?.[0]).toMatch(/^The worker ended \(exit code 3\), 4 times in a row.*\nno such file$/)
    expect(kept.pid).toBeUndefined()
  })

  it('tells its last words as a person would, also where they are lines of a log', async () => {
    const line = { level: 'fatal', time: 1, code: 'LEDGER_LAYOUT', reason: 'Layout 1', msg: 'Not started' }
    const { gaveUp } = keep(`console.log(${JSON.stringify(JSON.stringify(line))}); ${FAILS}`)

    await vi.waitFor(() => expect(gaveUp).toHaveBeenCalledOnce(), 10_000)

    const words = gaveUp.mock.calls[0]![0].split('\n').slice(1).sort()
    expect(words).toEqual(['Not started: LEDGER_LAYOUT: Layout 1', 'no such file'])
  })

  it('stays away when it is stopped', async () => {
    const { kept, restarted } = keep(STAYS)

    await kept.stop()

    expect(kept.pid).toBeUndefined()
    expect(restarted).not.toHaveBeenCalled()
  })
})
