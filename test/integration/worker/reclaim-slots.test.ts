import { expect, it } from 'vitest'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { createBudget } from '@provisioner/zendesk/budget/create-budget.ts'
import { reclaimSlots } from '@provisioner/worker/bulk/reclaim-slots.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

it('job statuses that a dead worker held for nothing are given back, those of its bulk writes and of the living are not', async () => {
  await using server = await openRedis()
  const { redis } = server
  const [account, keys] = ['acme', accountKeys('acme')]
  const open = () => createBudget({ redis, accountId: account, reserve: 0.2 })
  await using ours = open()
  await using others = open()
  const slotOf = async (budget: typeof ours, holder: string) =>
    (await budget.take({ requests: 0, purpose: 'write', jobSlot: true, holder })).slotId!
  const reclaim = (polling: boolean) => reclaimSlots({ redis, account, worker: 'w1', budget: ours, polling })
  const [mine, forgotten, dead, writing, living] = [
    await slotOf(ours, 'w1'),
    await slotOf(others, 'w1'),
    await slotOf(others, 'dead'),
    await slotOf(others, 'dead'),
    await slotOf(others, 'living'),
  ]
  await redis.set(keys.alive('living'), '1')
  const write = { id: 'dead.1', connection: 'staff', worker: 'dead', call: 'users create', at: 0, items: [] }
  await redis.hset(keys.outstanding, 'dead.1', JSON.stringify({ ...write, slot: writing }), 'dead.2', 'no JSON')

  const given = [await reclaim(false), await reclaim(true)]

  expect(given).toEqual([1, 1])
  const { all } = await ours.takenJobSlots()
  expect(all.toSorted()).toEqual([mine, writing, living].toSorted())
  expect(all).not.toContain(forgotten)
  expect(all).not.toContain(dead)
})
