import { readFile } from 'node:fs/promises'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'

/** What one Zendesk account takes at most, jobs/s: 30 job statuses at once, as in `initial-load`. */
const ACCOUNT_TAKES = 320

/** Linux counts CPU time in hundredths of a second (`getconf CLK_TCK`). */
const TICK_MS = 10

const users = (count: number) => loadLdif({ endUsers: count, agents: 0, groups: 0, memberships: 0 })

/** One worker process, sandbox answering at once, limits off: how far it is from being what an account waits for. */
export async function workerCeiling(): Promise<Finding> {
  const count = 20_000
  await using stage = await setStage({
    ldif: users(count),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  const { ms, workerCpuMs, redisCpuMs } = await runWorkers(stage, 1)
  return finding('worker-ceiling', {
    measured: (count / ms) * 1_000,
    reference: ACCOUNT_TAKES,
    goal: '>= 5',
    rows: [
      ['jobs, sent by create_many', String(count)],
      ['one account takes, jobs/s', String(ACCOUNT_TAKES)],
      ['one worker process, jobs/s', ((count / ms) * 1_000).toFixed(0)],
      ['CPU of the worker, ms a job', (workerCpuMs / count).toFixed(2)],
      ['CPU of Redis, ms a job', (redisCpuMs / count).toFixed(2)],
    ],
  })
}

/**
 * One worker against four, each answer 100 ms away. Long enough for the seconds in which a new process is slow to count
 * little.
 */
export async function scaleOut(): Promise<Finding> {
  const rate = async (workers: number, count: number) => {
    await using stage = await setStage({
      ldif: users(count),
      sandbox: { limits: 'off', bulkImport: false, answerDelayMs: 100 },
    })
    return (count / (await runWorkers(stage, workers)).ms) * 1_000
  }
  const one = await rate(1, 3_000)
  const four = await rate(4, 12_000)
  return finding('scale-out', {
    measured: four,
    reference: 4 * one,
    goal: '>= 0.9',
    rows: [
      ['1 worker, jobs/s', one.toFixed(0)],
      ['4 workers, jobs/s', four.toFixed(0)],
    ],
  })
}

/** From the first job to the last: queues are filled and workers up before the clock starts. */
async function runWorkers(
  stage: Stage,
  count: number,
): Promise<{ ms: number; workerCpuMs: number; redisCpuMs: number }> {
  await stage.start('producer')
  await stage.cycle()
  await stage.pause()
  const pids: number[] = []
  for (let i = 0; i < count; i++) pids.push((await stage.start('worker')).pid)
  const workerCpu = async () => (await Promise.all(pids.map(cpuMsOf))).reduce((sum, ms) => sum + ms, 0)
  const redisCpu = async () => redisCpuMs(await stage.redis.info('cpu'))
  const [workersBefore, redisBefore] = [await workerCpu(), await redisCpu()]
  const began = performance.now()
  await stage.resume()
  await stage.drained(600_000)
  return {
    ms: performance.now() - began,
    workerCpuMs: (await workerCpu()) - workersBefore,
    redisCpuMs: (await redisCpu()) - redisBefore,
  }
}

/** What a process has used of the CPU so far, ms: its own time and the kernel's for it. Linux only. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // the name, the second field, may hold spaces; after its parenthesis comes the third
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function redisCpuMs(info: string): number {
  const seconds = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)![1])
  return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1_000
}
