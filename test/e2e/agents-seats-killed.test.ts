import { describe, expect, it } from 'vitest'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import {
  ADA,
  CAUSES,
  leaveZendeskGroup,
  makeAdaSpecial,
  QUIET,
  SEATLESS,
  seatOfAda,
  seatWorld,
  unrest,
} from '../fixtures/seated-agent.ts'
import { openWorld } from '../fixtures/world.ts'

const { leave, comeBack } = CAUSES.disabled
type Seat = Awaited<ReturnType<typeof seatOfAda>>

describe.concurrent('an agent whose seat is taken', () => {
  it.each([
    ['before they are suspended', 'timeout-before', 'PUT /api/v2/users/\\d+$'],
    ['after that, before it is recorded', 'timeout-after', 'PUT /api/v2/users/\\d+$'],
    ['while their groups are read', 'timeout-after', 'GET /api/v2/users/\\d+/group_memberships'],
    ['before they are signed out', 'timeout-before', 'POST /api/v2/users/logout_many'],
  ])('by a worker that is killed %s, has all again', async (_when, kind, path) => {
    await using world = await openWorld({ ...seatWorld('downgrade'), workers: 0 })
    let before: Seat | undefined
    const prepare = async () => {
      await makeAdaSpecial(world)
      before = await seatOfAda(world)
    }
    await killWhileItWaits(world, kind, [path], () => leave(world), prepare)

    await world.addWorker()
    await world.settled()
    const gone = await seatOfAda(world)
    await comeBack(world)
    await world.step()
    await world.settled()

    expect(gone).toMatchObject(SEATLESS)
    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it.each([
    ['before they are restored', 'timeout-before', 'PUT /api/v2/users/\\d+$'],
    ['after that, before it is recorded', 'timeout-after', 'PUT /api/v2/users/\\d+$'],
    ['while they are put into a group', 'timeout-after', 'POST /api/v2/group_memberships$'],
  ])('comes back by a worker that is killed %s', async (_when, kind, path) => {
    await using world = await openWorld({ ...seatWorld('downgrade'), workers: 0 })
    let before: Seat | undefined
    const prepare = async () => {
      await makeAdaSpecial(world)
      before = await seatOfAda(world)
      await leave(world)
      await world.step()
    }
    await killWhileItWaits(world, kind, [path], () => comeBack(world), prepare)

    await world.addWorker()
    await world.settled()

    expect(await seatOfAda(world)).toEqual(before)
    expect(await unrest(world)).toEqual(QUIET)
  })

  it.each([['timeout-before'], ['timeout-after']])(
    'comes back and is out of the account’s default group by a worker that is killed while they leave it: %s',
    async (kind) => {
      await using world = await openWorld({ ...seatWorld('downgrade'), workers: 0 })
      let before: Seat | undefined
      const prepare = async () => {
        await makeAdaSpecial(world)
        await leaveZendeskGroup(world, (await world.zendesk.user(ADA))!.id, 'Support')
        await world.fullStep()
        before = await seatOfAda(world)
        await leave(world)
        await world.step()
      }
      await killWhileItWaits(world, kind, ['DELETE /api/v2/group_memberships/\\d+$'], () => comeBack(world), prepare)

      await world.addWorker()
      await world.settled()

      expect(before).toMatchObject({ defaultGroup: 'By hand' })
      expect(await seatOfAda(world)).toEqual(before)
      expect(await unrest(world)).toEqual(QUIET)
    },
  )
})
