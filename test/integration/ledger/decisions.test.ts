import { readFile } from 'node:fs/promises'
import { firstPlanOf } from '@provisioner/producer/cycle/first-plan.ts'
import { recordHeld } from '@provisioner/producer/cycle/record-held.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { FirstPlan } from '@provisioner/shared/ledger/cycle-state.ts'
import type { DecisionState, Verdict } from '@provisioner/shared/ledger/decision.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { HeldDecisions } from '@provisioner/shared/ledger/held-decisions.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { describe, expect, it } from 'vitest'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const change: HeldChange = {
  key: 'user|u1',
  category: 'users',
  operation: 'suspend user',
  dn: 'uid=ada',
  label: 'ada@example.org',
  cause: 'deleted',
  print: 'of this suspension',
  since: 1,
}
const firstPlan: FirstPlan = { at: 1, changes: {}, undecided: {}, guarded: { users: 8 }, adopted: 0 }
const by = (name: string) => ({ by: name, at: 2 })

/** The table of docs/guard.md, "Who decides": one case per cell. */
const page = await readFile(new URL('../../../docs/guard.md', import.meta.url), 'utf8')
const lines = page.split('\n').filter((line) => line.startsWith('| '))
const head = lines.findIndex((line) => line.startsWith('| the change is |'))
const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const [, ...verdicts] = cellsOf(lines[head]!).map((cell) => cell.replaceAll('`', '').replace(' --matching', ''))
const cases = lines.slice(head + 1, head + 4).flatMap((line) => {
  const [state, ...cells] = cellsOf(line)
  const after = (cell: string) => (cell === '–' ? state : /approved|rejected|undecided/.exec(cell)![0])
  return cells.map((cell, i) => [state, verdicts[i], after(cell)] as [DecisionState, Verdict, DecisionState])
})

async function openHeld(before: DecisionState = 'undecided') {
  const server = await openRedis()
  const reader = new LedgerReader(server.redis, STAFF)
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const record = (held: readonly HeldChange[], decided: readonly HeldChange[] = held, unread: readonly string[] = []) =>
    reader.decisions().then((decisions) =>
      recordHeld(cycle, reader, {
        held,
        decisions,
        ifApproved: undefined,
        unsettled: new Set(unread),
        decided: new Map(decided.map((one) => [one.key, one])),
      }),
    )
  await record([change])
  const decisions = new HeldDecisions(server.redis, STAFF)
  const shown = () => reader.heldAndDecided()
  const say = async (verdict: Verdict, name = 'ada') => decisions.decide(verdict, await shown(), by(name))
  if (before !== 'undecided') await say(before === 'approved' ? 'approve' : 'reject')
  return { ...server, reader, cycle, record, decisions, shown, say }
}

const stateIn = async (reader: LedgerReader) =>
  (await reader.heldAndDecided()).map(({ decision }) => decision?.decision ?? 'undecided')

describe('decisions on held changes', () => {
  it('has a case for every state and verdict', () => {
    expect(cases).toHaveLength(12)
    expect(verdicts).toEqual(['approve', 'approve --include-rejected', 'reject', 'undecide'])
  })

  it.each(cases)('a change that is %s is, after `%s`, %s', async (before, verdict, after) => {
    await using held = await openHeld(before)

    const { done, overtaken } = await held.say(verdict, 'eve')

    expect(await stateIn(held.reader)).toEqual([after])
    expect([done.length, overtaken.length]).toEqual([before === after ? 0 : 1, 0])
    expect((await held.shown())[0]?.decision?.by).toEqual(
      after === 'undecided' ? undefined : before === after ? 'ada' : 'eve',
    )
  })

  it('the first of two admins who look at one list decides', async () => {
    await using held = await openHeld()
    const list = await held.shown()

    const answers = await Promise.all([
      held.decisions.decide('reject', list, { ...by('ada'), reason: 'on leave' }),
      held.decisions.decide('approve', list, by('eve')),
      held.decisions.decide('undecide', list, by('bob')),
    ])

    expect(answers.map(({ done, overtaken }) => [done.length, overtaken.length])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ])
    expect((await held.shown())[0]?.decision).toEqual({
      decision: 'rejected',
      print: change.print,
      by: 'ada',
      at: 2,
      reason: 'on leave',
    })
    expect((await held.reader.decisionLog()).map(({ verdict, label, reason }) => [verdict, label, reason])).toEqual([
      ['reject', 'ada@example.org', 'on leave'],
    ])
  })

  it('who was shown a rejection that is taken back approves nothing by it', async () => {
    await using held = await openHeld('rejected')
    const list = await held.shown()
    await held.say('undecide', 'eve')

    const { overtaken } = await held.decisions.decide('approve --include-rejected', list, by('ada'))

    expect([overtaken.length, await stateIn(held.reader)]).toEqual([1, ['undecided']])
  })

  it('a decision on another change of the same user is none, and is replaced', async () => {
    await using held = await openHeld('rejected')

    await held.record([{ ...change, operation: 'delete user', print: 'of a deletion' }])
    const before = await stateIn(held.reader)
    const { done } = await held.say('approve')

    expect([before, done.length, await stateIn(held.reader)]).toEqual([['undecided'], 1, ['approved']])
  })

  it('a rejection outlives a cycle that can not read its change, or holds another value, and nothing else does', async () => {
    await using rejected = await openHeld('rejected')
    await using approved = await openHeld('approved')
    const another = { ...change, print: 'of another value' }

    for (const { record } of [rejected, approved]) await record([], [], [change.key])
    const unread = await stateIn(rejected.reader)
    for (const { record } of [rejected, approved]) await record([another], [])
    const other = await stateIn(rejected.reader)
    for (const { record } of [rejected, approved]) await record([change], [change])

    expect([unread, other]).toEqual([['rejected'], ['undecided']])
    expect(await stateIn(rejected.reader)).toEqual(['rejected'])
    expect((await approved.reader.decisions()).size).toBe(0)
  })

  it('a cycle drops the decisions that it planned with, and none that was made since', async () => {
    await using held = await openHeld('approved')
    const planned = await held.reader.decisions()
    const noLonger = {
      held: [],
      decisions: planned,
      ifApproved: undefined,
      decided: new Map(),
      unsettled: new Set<string>(),
    }

    await held.say('undecide')
    await held.say('reject', 'eve')
    await recordHeld(held.cycle, held.reader, noLonger)
    const since = [...(await held.reader.decisions()).values()].map(({ by: name }) => name)
    await held.record([])

    expect([since, (await held.reader.decisions()).size]).toEqual([['eve'], 0])
  })

  it.each<[taken: string, undecides: boolean, released: number, state: string[]]>([
    ['stands: the change is released, and neither held nor decided on any more', false, 1, []],
    ['was taken back since the cycle planned: it is not released', true, 0, ['undecided']],
  ])('an approval that %s', async (_what, undecides, released, state) => {
    await using held = await openHeld('approved')
    const planned = await held.reader.decisions()
    if (undecides) await held.say('undecide', 'eve')

    const approvals = [...planned].map(([key, decision]) => ({ key, text: JSON.stringify(decision) }))
    const { dn, label } = change
    const about = { kind: 'user', id: 'u1', dn, label, operation: 'suspend user', changed: ['suspended'] } as const
    const desired = { presence: 'suspended', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
    const answers = await held.cycle.release([{ ...about, desired, approvals }])
    const late = await held.decisions.decide('undecide', [{ ...change, decision: planned.get(change.key) }], by('bob'))

    expect(answers.filter((answer) => answer !== null)).toHaveLength(released)
    expect((await held.reader.pending()).length).toBe(released)
    expect(await stateIn(held.reader)).toEqual(state)
    expect([late.done.length, (await held.reader.decisions()).size]).toEqual([0, 0])
  })

  it('an approval of a takeover that was taken back links nobody', async () => {
    await using held = await openHeld('approved')
    const approvals = [...(await held.reader.decisions())].map(([key, made]) => ({ key, text: JSON.stringify(made) }))
    const applied = { presence: 'active', attributes: { name: 'Ada' } } as const
    const link = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', zendeskId: 7, applied, inSync: null } as const
    await held.say('undecide')

    const answers = await held.cycle.link([{ ...link, suspendedByUs: false, approvals }])

    expect([answers, await held.reader.count('user')]).toEqual([['busy'], 0])
  })
})

describe('the approval of a first plan', () => {
  it('is about the plan that was shown, and no cycle that planned before takes it back', async () => {
    await using held = await openHeld()
    await held.cycle.notes.awaitApproval(firstPlan)

    const approved = await held.decisions.approveFirstPlan('approve', firstPlan, await held.shown(), by('ada'))
    await held.cycle.notes.awaitApproval({ ...firstPlan, guarded: { users: 800 } })
    const again = await held.decisions.approveFirstPlan('approve', firstPlan, await held.shown(), by('eve'))

    expect(approved?.done).toHaveLength(1)
    expect(again).toBeUndefined()
    expect(await held.reader.firstRun()).toMatchObject({
      status: 'approved',
      approval: { by: 'ada', plan: { guarded: { users: 8 } } },
    })
    expect(await stateIn(held.reader)).toEqual(['approved'])
  })

  it('leaves out what was decided on by name', () => {
    const rejected = { ...change, key: 'user|u2' }
    const plan = firstPlanOf(
      {
        held: [change, rejected],
        decided: new Map([[rejected.key, rejected]]),
        guarded: { users: 1 },
        ifApproved: { released: [], links: [], held: [rejected], counted: [], approvals: [] },
      } as never,
      1,
    )

    expect(plan).toEqual({ at: 1, changes: {}, undecided: { users: 1 }, guarded: { users: 1 }, adopted: 0 })
  })
})
