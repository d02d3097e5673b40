import { describe, expect, it } from 'vitest'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import {
  ABOUT,
  account,
  bulk,
  connection,
  creation,
  CREATES,
  CREATES_IN_BULK,
  GIVES_BACK,
  IS_TAKEN,
  LEAVES_UNCLEAR,
  openGroup,
  RECORDS,
  ref,
  SETTLES,
  UPDATES,
  type Group,
} from '../../fixtures/told-group.ts'

const WAYS: readonly [what: string, steps: readonly ((group: Group) => Promise<void>)[]][] = [
  ['a creation that was sent', [CREATES]],
  ['a creation that was recorded', [CREATES, RECORDS('lease')]],
  ['a creation that was refused', [CREATES, GIVES_BACK]],
  ['an update that was sent', [UPDATES]],
  ['a bulk creation that waits for the budget', [CREATES_IN_BULK]],
  ['a bulk creation that Zendesk has taken', [CREATES_IN_BULK, IS_TAKEN]],
  ['a bulk creation that is half settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id)]],
  ['a bulk creation that is settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id), SETTLES]],
  ['a bulk creation of which nobody knows what became of it', [CREATES_IN_BULK, IS_TAKEN, LEAVES_UNCLEAR]],
]

describe('what Redis was told by a worker in the second that it lost', () => {
  it.each([
    ['a creation that was sent', [CREATES], 'creationSent'],
    ['a creation that was recorded', [CREATES, RECORDS('lease')], 'zendeskId'],
    ['a bulk creation that Zendesk has taken', [CREATES_IN_BULK, IS_TAKEN], 'outstanding'],
    ['a bulk creation that is settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id), SETTLES], 'zendeskId'],
  ] as const)('is told again as soon as Redis is back: %s', async (_what, steps, field) => {
    await using group = await openGroup()
    for (const step of steps) await step(group)
    const told = await group.all()

    await group.lose()
    await group.regains(field)

    await expect.poll(async () => withoutTimes(await group.all()), { timeout: 5_000 }).toEqual(withoutTimes(told))
  })

  it('is not what was taken back: what somebody else makes later would be taken for ours', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await GIVES_BACK(group)

    await group.lose()
    await group.breakOff()

    expect(await group.fields()).not.toHaveProperty('creationSent')
  })
})

describe('a connection that broke while Redis lost nothing', () => {
  it.each(WAYS)('changes nothing: %s', async (_what, steps) => {
    await using group = await openGroup()
    for (const step of steps) await step(group)
    const told = await group.all()

    await group.breakOff()

    expect(await group.all()).toEqual(told)
  })
})

it('an entity that another worker has taken since Redis lost its last second stays that worker’s', async () => {
  await using group = await openGroup()
  await CREATES_IN_BULK(group)
  await group.lose()
  const other = new WriteLedger(group.redis, { connection, account })
  await group.entity.set({ lease: 'w2.a', leaseUntil: String(Date.now() + 60_000) })
  await group.regains('creationSent')

  expect(await group.fields()).toMatchObject({ lease: 'w2.a', creationSent: expect.any(String) })
  expect(await other.isClosedBy(bulk.id, ref)).toBe(false)
})

/** Where Redis may have stood when it crashed: after so many of the steps. */
const LOSSES = WAYS.flatMap(([what, steps]) => steps.map((_step, kept) => [what, kept, steps] as const))

it.each(LOSSES)(
  '%s, of which Redis remembers %i steps: nothing closes the group that nobody will settle',
  async (_what, kept, steps) => {
    await using group = await openGroup()
    for (const step of steps.slice(0, kept)) await step(group)
    const remembered = await group.snapshot()
    for (const step of steps.slice(kept)) await step(group)

    await group.restore(remembered)
    await group.breakOff()

    const { fields, writes } = await group.all()
    if (fields['outstanding'] !== undefined) expect(Object.keys(writes)).toContain(fields['outstanding'])
  },
)

it('a bulk write that was halved in the second that Redis lost closes nothing that nobody will settle', async () => {
  await using group = await openGroup()
  await CREATES_IN_BULK(group)
  const remembered = await group.snapshot()
  await group.writes.giveBack([ref], bulk.id, { noEffect: true, dropOutstanding: true })
  await group.writes.open([{ ref }], 'half', 60_000)
  await group.writes.secure([ref], 'half', 1_000, { creations: [creation], outstanding: { ...bulk, id: 'w1.half' } })

  await group.restore(remembered)
  await group.breakOff()

  const { fields, writes } = await group.all()
  expect(Object.keys(writes)).toContain(fields['outstanding'])
})

it('that we made a group is told again beside what was sent of it since', async () => {
  await using group = await openGroup()
  const before = await group.snapshot()
  await CREATES(group)
  await RECORDS('lease')(group)
  await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: { presence: 'active', name: 'Help' } }])
  await group.writes.open([{ ref }], 'later', 60_000)
  await group.writes.secure([ref], 'later', 1_000, { sent: [['name']] })

  await group.restore(before)
  await group.breakOff()

  expect(await group.fields()).toMatchObject({ zendeskId: '7', origin: 'created' })
})

/** Without times, and without a lease that was there before and that nobody uses any more: it ends by itself. */
function withoutTimes<T extends { readonly fields: Readonly<Record<string, string>> }>(all: T): T {
  // one that is at rest has no fingerprint, and no cycle
  const { creationSent, lease, fingerprint: _print, cycle: _cycle, ...fields } = all.fields
  const mark =
    creationSent === undefined ? {} : { creationSent: JSON.stringify({ ...JSON.parse(creationSent), at: 0 }) }
  return { ...all, fields: { ...fields, ...mark, ...(lease === bulk.id && { lease }) } }
}
