import type { Redis } from 'ioredis'
import { runScript } from '@provisioner/shared/ledger/script.ts'
import { COMPLETE_MANY } from './complete-many.lua.ts'
import { LOOK } from './look.lua.ts'
import { PULL_MANY } from './pull-many.lua.ts'

/** A queue of BullMQ's, as far as moving its jobs needs it. */
export interface MovedQueue {
  readonly redis: Redis
  /** Of the queue's keys, up to the last colon: `bull:staff.users.create:`. */
  readonly prefix: string
}

/** What there is to do in a queue. */
export interface QueueLook {
  readonly waiting: number
  readonly prioritised: number
  readonly delayedAndDue: number
  readonly paused: boolean
  /** When the first of the delayed jobs is due, ms since the epoch; null where there is none. */
  readonly nextDelayed: number | null
}

/** Looks at queues in one call. */
export async function lookAt(
  redis: Redis,
  queues: readonly { readonly prefix: string }[],
  now: number,
): Promise<QueueLook[]> {
  const prefixes = queues.map(({ prefix }) => prefix)
  const answers = (await runScript(redis, LOOK, prefixes, [String(now)])) as [number, number, number, number, number][]
  return answers.map(([waiting, prioritised, delayedAndDue, paused, next]) => ({
    waiting,
    prioritised,
    delayedAndDue,
    paused: paused === 1,
    nextDelayed: next === 0 ? null : next,
  }))
}

/** A job that is done. */
export interface CompletedJob {
  readonly id: string
  /** Its lock. */
  readonly token: string
  readonly returnValue: object
}

/**
 * Takes up to `count` waiting jobs under one lock token, in BullMQ's order, and returns their ids. Undefined, and nothing
 * done, where BullMQ has more to do than that: see the script.
 *
 * @param lockMs how long they are ours without renewal
 */
export async function pullMany(
  { redis, prefix }: MovedQueue,
  { count, token, lockMs, worker }: { count: number; token: string; lockMs: number; worker: string },
): Promise<string[] | undefined> {
  const args = [String(count), token, String(lockMs), String(Date.now()), worker]
  const ids = (await runScript(redis, PULL_MANY, [prefix, `zp:pulled:${token}`], args)) as string[] | null
  return ids ?? undefined
}

/** Completes jobs. Says of each, in that order, whether it was; with one that was not nothing was done. */
export async function completeMany({ redis, prefix }: MovedQueue, jobs: readonly CompletedJob[]): Promise<boolean[]> {
  if (jobs.length === 0) return []
  const args = jobs.flatMap(({ id, token, returnValue }) => [id, token, JSON.stringify(returnValue)])
  const answers = (await runScript(redis, COMPLETE_MANY, [prefix], [String(Date.now()), ...args])) as number[]
  return answers.map((answer) => answer === 1)
}
