import { describe, expect, it } from 'vitest'
import { watchDirectory, type WatchOptions } from '@provisioner/producer/cycle/watch-directory.ts'
import { DirectoryUnreachableError } from '@provisioner/producer/directory/ldap/errors.ts'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { type SlapdServer, startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import type { ChangeToken, Followed } from '@provisioner/shared/ledger/cycle-state.ts'
import { asReader, openTestDirectory } from '../../fixtures/open-test-directory.ts'
import { startScriptedLdap } from '../../fixtures/scripted-ldap.ts'
import { until } from '../../fixtures/until.ts'

const SUFFIX = 'dc=example,dc=org'
const never = new AbortController().signal

/** A slapd that is watched, with a last cycle that took `tookMs` and ended now. */
async function watched(owned: AsyncDisposableStack, { tookMs = 0, isBusy = false, aheadMs = 0 } = {}) {
  const server = owned.use(await startSlapd({ suffix: SUFFIX, overlays: ['syncprov'] }))
  const directory = owned.use(openTestDirectory(asReader(server)))
  const seen = { looks: 0, reads: 0, asked: 0, ahead: 0, failing: false, away: 0, said: [] as string[] }
  let shown: ChangeToken | undefined
  let followed: Followed | undefined
  const dc = { name: '' }
  const now = Date.now() + aheadMs
  const last = { cycle: 1, startedAt: now - tookMs, endedAt: now, ...(await tokenOf(directory)) }
  const options: WatchOptions = {
    directory: {
      hasChangedSince: directory.hasChangedSince,
      changeToken: async (...asked) => {
        seen.looks++
        if (seen.away > 0 && seen.away-- > 0) throw new DirectoryUnreachableError([])
        const token = await directory.changeToken(...asked)
        shown = typeof token === 'object' ? { ...token, server: dc.name } : undefined
        return shown ?? token
      },
    },
    bases: [SUFFIX],
    tokens: [],
    everyMs: 20,
    lastCycle: async () => {
      seen.reads++
      return last
    },
    followed: async () => followed,
    isFailing: async () => seen.failing,
    isBusy: async () => isBusy,
    askForCycle: async () => void seen.asked++,
    askForChanged: async (next) => {
      seen.ahead++
      // what was read ahead leaves something to a cycle, which whoever read it asks for
      followed = { cycle: last.cycle, run: seen.ahead, tookMs: 0, changeToken: shown!, isAll: false }
      if (next !== 'nothing') seen.asked++
    },
    log: { info: (_data: unknown, words?: string) => void seen.said.push(words ?? ''), debug: () => {} },
  }
  owned.use(watchDirectory(options))
  const looksLater = async (count: number) => {
    const before = seen.looks
    await until(
      async () => seen.looks >= before + count,
      10_000,
      () => 'it is not looked at',
    )
  }
  return { server, directory, seen, last, dc, looksLater }
}

async function tokenOf(directory: WatchOptions['directory']): Promise<{ changeToken: ChangeToken }> {
  const changeToken = await directory.changeToken([SUFFIX], never)
  if (typeof changeToken !== 'object') throw new Error('The server shows no change token')
  return { changeToken }
}

function change(server: SlapdServer, ou = 'x'): Promise<void> {
  return addEntry(server, `ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit', ou })
}

describe('a watched directory', () => {
  it('is asked for its token alone while nothing changes: Redis once, and for no cycle', async () => {
    await using owned = new AsyncDisposableStack()
    const { seen, looksLater } = await watched(owned)

    await looksLater(10)

    expect(seen).toMatchObject({ reads: 1, asked: 0 })
  })

  it('brings one cycle for one change, and one for the next once that has ended', async () => {
    await using owned = new AsyncDisposableStack()
    const { server, directory, seen, last, looksLater } = await watched(owned)

    await change(server)
    await looksLater(10)
    const first = seen.asked
    Object.assign(last, { cycle: 2, ...(await tokenOf(directory)) })
    await change(server, 'y')
    await looksLater(10)

    expect([first, seen.asked]).toEqual([1, 2])
  })

  it('brings one cycle a minute, whatever changes, while none ends well', async () => {
    await using owned = new AsyncDisposableStack()
    const { server, seen, looksLater } = await watched(owned)

    for (const ou of ['x', 'y', 'z']) {
      await change(server, ou)
      await looksLater(5)
    }

    expect(seen.asked).toBe(1)
  })

  it('is read whole, which is said, when another server answers that counts for itself', async () => {
    await using owned = new AsyncDisposableStack()
    const { seen, dc, looksLater } = await watched(owned)
    await looksLater(3)

    dc.name = 'another'
    await looksLater(10)

    expect(seen).toMatchObject({ asked: 1, said: [expect.stringMatching(/^Another server answers/)] })
  })

  it.each([
    ['a cycle at once where cycles have failed', true, 1],
    ['none where no cycle has met it', false, 0],
  ])('that is back after a moment brings %s', async (_what, failing, asked) => {
    await using owned = new AsyncDisposableStack()
    const { seen, looksLater } = await watched(owned)
    Object.assign(seen, { away: 3, failing })

    await looksLater(8)

    expect(seen.said).toEqual([
      expect.stringMatching(/^Directory not watched; looking again/),
      'Directory watched again',
    ])
    expect(seen).toMatchObject({ asked, away: 0 })
  })

  it('is followed though the clock of the producer that ran the last cycle is an hour ahead', async () => {
    await using owned = new AsyncDisposableStack()
    const { server, seen } = await watched(owned, { tookMs: 1_000, aheadMs: 3_600_000 })

    await change(server)

    await until(
      async () => seen.asked === 1,
      10_000,
      () => 'it is not followed',
    )
  })

  it('brings no cycle for what a cycle has read', async () => {
    await using owned = new AsyncDisposableStack()
    const { server, directory, seen, last, looksLater } = await watched(owned, { tookMs: 3_600_000 })
    await change(server)
    await looksLater(3)

    Object.assign(last, { cycle: 2, startedAt: last.endedAt, ...(await tokenOf(directory)) })
    await looksLater(5)

    expect(seen.asked).toBe(0)
  })

  it.each([
    ['a cycle runs or waits', { isBusy: true }],
    ['the last cycle has not rested for twice as long as it took', { tookMs: 3_600_000 }],
  ])('brings none while %s', async (_what, state) => {
    await using owned = new AsyncDisposableStack()
    const { server, seen, looksLater } = await watched(owned, state)

    await change(server)
    await looksLater(10)

    expect(seen.asked).toBe(0)
  })

  it('that refuses the bind is not asked again before a cycle is let in', async () => {
    await using server = await startScriptedLdap(
      () => ({}),
      () => ({ code: 49, message: 'invalid credentials' }),
    )
    await using directory = openTestDirectory({ urls: [server.url], bindDn: 'cn=reader', bindPassword: 'old' })
    const last = { cycle: 1, startedAt: 0, endedAt: 0 }
    let asked = 0
    using _watch = watchDirectory({
      directory,
      bases: [SUFFIX],
      tokens: [],
      ...{ everyMs: 10, seldomMs: 10 },
      lastCycle: async () => {
        asked++
        return last
      },
      followed: async () => undefined,
      isFailing: async () => false,
      isBusy: async () => false,
      askForCycle: async () => {},
      askForChanged: async () => {},
      log: { info: () => {}, debug: () => {} },
    })
    const look = (times: number) => {
      const before = asked
      return until(
        async () => asked >= before + times,
        10_000,
        () => 'nobody looks whether a cycle was let in',
      )
    }

    await look(10)
    const refused = server.binds.length
    last.cycle = 2
    await look(10)

    expect([refused, server.binds.length]).toEqual([1, 2])
  })
})
