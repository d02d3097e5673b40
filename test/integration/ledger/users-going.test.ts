import { expect, it } from 'vitest'
import { usersGoing } from '@provisioner/producer/cycle/users-going.ts'
import { attributes, openLedger, plain, user, userOf } from '../../fixtures/ledger-at-rest.ts'

type Ledger = Awaited<ReturnType<typeof openLedger>>

const asAgent = (ledger: Ledger) => ledger.write(userOf(plain), { presence: 'active', attributes }, 7)
const lowered = { ...attributes, role: 'end-user' }
const lowering = userOf({ ...plain, attributes: lowered }, { operation: 'update user' })
const deletion = userOf({ ...plain, presence: 'deleted' }, { operation: 'delete user' })

it.each<[what: string, isReleasedByThisCycle: boolean, isGoing: boolean, make: (ledger: Ledger) => Promise<unknown>]>([
  ['an agent', false, false, asAgent],
  ['an agent whom this cycle changes', true, false, asAgent],
  [
    'an agent whose deletion waits',
    true,
    true,
    async (ledger) => [await asAgent(ledger), await ledger.cycle.release([deletion])],
  ],
  [
    'an agent whose lower role waits',
    false,
    true,
    async (ledger) => [await asAgent(ledger), await ledger.cycle.release([lowering])],
  ],
  [
    'an agent who was deleted since memberships were read',
    true,
    true,
    async (ledger) => {
      await asAgent(ledger)
      const [released] = await ledger.cycle.release([deletion])
      const ref = { connection: 'staff', kind: 'user', id: user } as const
      const gone = { ref, applied: null, zendeskId: null, origin: null, suspendedByUs: false }
      await ledger.writes.record([{ ...gone, revision: released!.revision }], 'lease')
    },
  ],
  [
    'an agent whose role was lowered since memberships were read',
    true,
    true,
    async (ledger) => [
      await asAgent(ledger),
      await ledger.write(lowering, { presence: 'active', attributes: lowered }, 7),
    ],
  ],
  ['somebody whom no entry has, put into a group by hand', false, false, async () => undefined],
])('the memberships of %s: Zendesk drops them by itself, or not', async (_what, isReleased, isGoing, make) => {
  await using ledger = await openLedger()
  await make(ledger)

  const going = await usersGoing(ledger.reader, [user, user], new Set(isReleased ? [`user|${user}`] : []))

  expect([...going]).toEqual(isGoing ? [user] : [])
})
