import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '@provisioner/sandbox/zendesk-account/random.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import type { ChaosStage } from './chaos-stage.ts'
import type { Amnesia } from './judge-writes.ts'

/** What can go wrong, beside Zendesk's own faults. */
export const DISTURBANCES = [
  'kill worker',
  'kill producer',
  'restart redis',
  'crash redis',
  'lose second',
  'cut redis',
  'freeze redis',
  'fail over',
  'cut replica',
  'cut directory',
  'cut zendesk',
  'kill history',
  'stop history',
  'freeze history',
] as const
export type Disturbance = (typeof DISTURBANCES)[number]

/** What happens to the history's database, beside all else: it has a time of its own. */
export function isOfHistory(kind: Disturbance): boolean {
  return kind.endsWith(' history')
}

/** Whether answers of Zendesk's may be lost with it. */
export function losesAnswers(kind: Disturbance): boolean {
  return kind === 'kill worker' || kind === 'cut zendesk'
}

/** A write that Redis forgot may be this much younger than the last one that it knows: it was under way. ms */
export const UNDER_WAY_MS = 3_000

/** How long Redis stands still at most, and a replica lags that takes over, ms. */
const STILL_MS = 6_000
const LAG_MS = 8_000

/** How long nobody answers for the history's database at most, ms. */
const AWAY_MS = 6_000

/** Disturbs the stage once. Returns what Redis forgot by it, if it did. */
export async function disturb(kind: Disturbance, stage: ChaosStage, random: Random): Promise<Amnesia | undefined> {
  const one = <T>(some: readonly T[]) => some[Math.floor(random() * some.length)]!
  switch (kind) {
    case 'kill worker':
      one(stage.workers).kill()
      return undefined
    case 'kill producer':
      one(stage.producers).kill()
      return undefined
    case 'restart redis':
      await stage.chaosRedis.restart()
      return undefined
    case 'crash redis':
      await stage.chaosRedis.restart({ crash: true })
      return undefined
    case 'lose second': {
      const from = await stage.chaosRedis.loseLastSecond()
      return { from, to: Date.now() + UNDER_WAY_MS }
    }
    case 'freeze redis':
      await stage.chaosRedis.freeze(random() * STILL_MS)
      return undefined
    case 'fail over': {
      const from = await stage.chaosRedis.failOver(random() * LAG_MS, one(['dies', 'stands still'] as const))
      return from === undefined ? undefined : { from, to: Date.now() + UNDER_WAY_MS }
    }
    case 'cut replica':
      await stage.chaosRedis.cutReplica(random() * LAG_MS)
      return undefined
    case 'cut redis':
      stage.proxies.redis.cut()
      return undefined
    case 'cut directory':
      stage.proxies.directory.cut()
      return undefined
    case 'cut zendesk':
      stage.proxies.zendesk.cut()
      return undefined
    case 'kill history':
      await stage.history.kill()
      return undefined
    case 'stop history':
      await stage.history.goAway()
      await sleep(random() * AWAY_MS)
      await stage.history.comeBack()
      return undefined
    case 'freeze history':
      await stage.history.freeze(random() * STILL_MS)
      return undefined
    default:
      return kind satisfies never
  }
}

/** How long a disturbance waits for its moment, and how long after that it comes at most, ms. */
const PATIENCE_MS = 3_000
const LATER_MS = 400

/** Waits until there is something to disturb: a cycle begins, or something is about to be written in Zendesk. */
export async function somethingGoesOn(kind: Disturbance, stage: ChaosStage, random: Random): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  const writes = () => stage.sandbox.requests.filter((one) => one.method !== 'GET').length
  const ofTheProducer = kind === 'kill producer' || kind === 'cut directory' || random() < 0.3
  const count = ofTheProducer ? () => stage.proxies.directory.taken : writes
  const before = count()
  while (count() === before && Date.now() < end) await sleep(5)
  await sleep(random() * LATER_MS)
}

/** Lets the locks of the dead end, and their lease on the history, in place of half a minute later. */
export async function buryTheDead(stage: ChaosStage): Promise<void> {
  await sleep(1_000)
  await stage.redis.del(accountKeys('acme').historyLease)
  for (const queue of [...stage.changeQueues, stage.cycles]) await endLocks(stage, queue)
}
