import { z } from 'zod'
import { membershipSides } from '../entity.ts'
import type { RedisClient } from '../redis-client.ts'
import { formatEntityMember, type EntityName } from './entity-member.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { sort } from './read-stored.ts'

/**
 * How long an entity is traced, and its steps are kept, ms, when whoever asked does not come back to end it: they hold
 * what people are called and what Zendesk answers.
 */
const TRACED_MS = 15 * 60_000

/** Steps of one entity at most; of one that is tried again and again the first ones are left. */
const MOST_STEPS = 200

const about = {
  at: z.number(),
  /** What a person calls the entity that is written: an address, `ada@acme.com in Support`. */
  what: z.string(),
}

/** One step of a traced write; times are ms since the epoch, of the worker. Masked values are in none. */
export const TraceStep = z.discriminatedUnion('step', [
  /** A worker has the entity, and this is what differs from what Zendesk holds. */
  z.object({
    step: z.literal('opened'),
    ...about,
    operation: z.string().nullable(),
    changes: z.array(
      z.object({
        name: z.string(),
        was: z.unknown(),
        becomes: z.unknown(),
      }),
    ),
  }),
  /** A request, with what Zendesk answered; `status` is null when there was no answer. */
  z.object({
    step: z.literal('request'),
    ...about,
    method: z.string(),
    path: z.string(),
    body: z.string().nullable(),
    status: z.number().nullable(),
    answer: z.string(),
    ms: z.number(),
  }),
  /** What became of its job. */
  z.object({ step: z.literal('ended'), ...about, outcome: z.string(), why: z.string().nullable() }),
])
export type TraceStep = z.infer<typeof TraceStep>

/**
 * Has workers send a user with their memberships, or a group, by requests of their own, and keep each step, until
 * {@link endTrace}.
 */
export async function beginTrace(redis: RedisClient, name: ConnectionName, entity: EntityName): Promise<void> {
  const keys = connectionKeys(name)
  const member = formatEntityMember(entity)
  await redis.multi().del(keys.trace(member)).sadd(keys.traced, member).pexpire(keys.traced, TRACED_MS).exec()
}

/** Ends it, and forgets its steps. */
export async function endTrace(redis: RedisClient, name: ConnectionName, entity: EntityName): Promise<void> {
  const keys = connectionKeys(name)
  const member = formatEntityMember(entity)
  await redis.multi().srem(keys.traced, member).del(keys.trace(member)).exec()
}

/** Among whose steps those of an entity are kept: a membership goes with its user. */
export function tracedAs({ kind, id }: EntityName): string {
  return formatEntityMember(kind === 'membership' ? { kind: 'user', id: membershipSides(id).userId } : { kind, id })
}

/** The entities that are traced, as `formatEntityMember` writes them. */
export async function readTraced(redis: RedisClient, name: ConnectionName): Promise<Set<string>> {
  return new Set(await redis.smembers(connectionKeys(name).traced))
}

/** Adds a step to those of a traced entity. */
export async function addStep(redis: RedisClient, name: ConnectionName, member: string, step: TraceStep) {
  const key = connectionKeys(name).trace(member)
  await redis
    .multi()
    .rpush(key, JSON.stringify(step))
    .ltrim(key, 0, MOST_STEPS - 1)
    .pexpire(key, TRACED_MS)
    .exec()
}

/** The steps of an entity from the position `from` on; what can't be read is left out. */
export async function readSteps(redis: RedisClient, name: ConnectionName, entity: EntityName, from: number) {
  const key = connectionKeys(name).trace(formatEntityMember(entity))
  const texts = await redis.lrange(key, from, -1)
  const { values } = sort(
    key,
    TraceStep,
    texts.map((text, i) => [String(i), text] as [string, string]),
  )
  return { steps: [...values.values()], next: from + texts.length }
}
