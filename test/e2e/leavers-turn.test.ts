import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { personDn } from '../fixtures/people.ts'
import { seatWorld } from '../fixtures/seated-agent.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** How long it is looked whether somebody goes all the same, ms. */
const LOOK_MS = 2_000

it('leavers of one batch wait while another batch has the account’s turn to be read; a lone leaver does not', async () => {
  await using world = await openWorld(seatWorld('downgrade'))
  await world.step()
  const turn = accountKeys('acme').leaversTurn
  const leave = async (...uids: readonly string[]) => {
    for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { add: { employeeStatus: 'left' } })
    await world.cycle()
  }
  const isSuspended = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!.suspended
  await world.redis.set(turn, 'of another batch', 'PX', 60_000)

  await leave('dan')
  await until(
    () => isSuspended('dan'),
    20_000,
    () => 'the lone leaver waits',
  )
  await leave('ada', 'bob')
  await sleep(LOOK_MS)
  const meanwhile = [await isSuspended('ada'), await isSuspended('bob')]
  await world.redis.del(turn)
  await world.settled()

  expect(meanwhile).toEqual([false, false])
  expect([await isSuspended('ada'), await isSuspended('bob')]).toEqual([true, true])
})
