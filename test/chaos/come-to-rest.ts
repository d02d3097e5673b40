import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosStage } from './chaos-stage.ts'
import { differences } from './judge-state.ts'

const STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const

/**
 * Waits until no job is left and nothing differs after a full cycle. Returns the jobs that are left when it does not
 * come to that.
 */
export async function comesToRest(stage: ChaosStage, withinMs: number): Promise<string[]> {
  const end = Date.now() + withinMs
  while (!(await hasCycled(stage, end))) if (Date.now() > end) return ['no cycle ended']
  for (;;) {
    const left = await jobsLeft(stage)
    if (left.length === 0 && (await differences(stage)).length === 0) return []
    if (Date.now() > end) return left
    await sleep(500)
  }
}

/** Whether a full cycle that was asked for now ended well. */
async function hasCycled({ cycles }: ChaosStage, end: number): Promise<boolean> {
  const job = await cycles.add('full cycle', {})
  while (Date.now() < end) {
    const state = await job.getState()
    if (state === 'completed') return true
    if (state === 'failed' || state === 'unknown') return false
    await sleep(100)
  }
  return false
}

async function jobsLeft({ changeQueues }: ChaosStage): Promise<string[]> {
  const jobs = await Promise.all(changeQueues.map((queue) => queue.getJobs([...STATES])))
  return Promise.all(
    jobs
      .flat()
      .filter((job) => job !== undefined)
      .map(
        async (job) =>
          `job ${job.name} ${job.id} is ${await job.getState()}: ${job.failedReason ?? JSON.stringify(job.progress)}`,
      ),
  )
}
