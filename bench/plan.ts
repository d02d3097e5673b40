import { join } from 'node:path'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { Commands, medianOf } from './run-command.ts'
import { setStage } from './stage.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }

/** How long whoever asks may wait, s. */
const GOAL_S = 10

/** Of so many runs the median counts. */
const TIMES = 3

/** `provisioner plan` of 100,000 users: the whole process as an admin starts it, on an empty ledger, then in step. */
export async function planOfMany(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif(SIZE),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const commands = new Commands(stage)
  const measure = async (...args: string[]) => {
    commands.peakMb = 0
    let said = ''
    const s = await medianOf(TIMES, async () => (said = await commands.run('plan', 'staff', ...args)))
    return { s, mb: commands.peakMb, said }
  }
  const first = await measure()
  const saved = await measure('--out', join(stage.folder, 'plan.json'), '--force')
  const producer = await stage.start('producer')
  const workers = [await stage.start('worker'), await stage.start('worker')]
  await stage.cycle()
  await stage.cycle()
  await stage.drained(900_000)
  for (const service of [producer, ...workers]) await service[Symbol.asyncDispose]()
  const quiet = await measure()
  if (!quiet.said.includes('Nothing to do')) throw new Error(`It is not in step: ${quiet.said}`)
  return finding('plan', {
    measured: Math.max(first.s, quiet.s),
    reference: GOAL_S,
    goal: '<= 1',
    rows: [
      ['users, memberships', `${SIZE.endUsers + SIZE.agents}, ${SIZE.memberships}`],
      ['a first plan, s (goal 10)', first.s.toFixed(1)],
      ['its peak, MB', first.mb.toFixed(0)],
      ['the same into a file, s (no goal)', saved.s.toFixed(1)],
      ['its peak, MB', saved.mb.toFixed(0)],
      ['nothing changed, s (goal 10)', quiet.s.toFixed(1)],
      ['its peak, MB', quiet.mb.toFixed(0)],
    ],
  })
}
