import { z } from 'zod'
import type { RedisClient } from '../redis-client.ts'
import { Decision, decisionOn, DecisionMade, type DecidedChange } from './decision.ts'
import { Entitlements } from './entitlements.ts'
import { formatEntityMember, parseHeldKey } from './entity-member.ts'
import { HeldChange } from './held-change.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { StoredProblem } from './ledger-reader.ts'
import { isWrongType, readFields, readList, readSome } from './read-stored.ts'

/** What the ledger keeps about one user or group beside its record. */
export interface AboutEntity {
  /** Changes of it, or of a membership that it is a side of, that the guard keeps back. */
  readonly held: readonly DecidedChange[]
  /** What admins have decided on such changes, the newest first. */
  readonly decided: readonly DecisionMade[]
  /** Since when a leaver is leaving who has time, ms since the epoch. */
  readonly leavingSince: number | null
  /** What a team member had who lost their seat. */
  readonly entitlements: Entitlements | null
  /** When the ledger forgot it, within the last day, ms since the epoch: it was deleted, and known until then. */
  readonly forgottenAt: number | null
}

/** Reads it, and nothing of anybody else. */
export async function readAbout(
  redis: RedisClient,
  name: ConnectionName,
  entity: { readonly kind: 'user' | 'group'; readonly id: string },
): Promise<AboutEntity> {
  const keys = connectionKeys(name)
  const { id } = entity
  const [held, log, leaving, entitlements, forgotten] = await Promise.all([
    // an id has nothing that a pattern takes for more than itself
    readSome(redis, keys.held, HeldChange, { match: `*${id}*`, isWanted: (key) => isAbout(entity, key) }),
    readList(redis, keys.decisionLog, DecisionMade),
    readFields(redis, keys.leaving, { [id]: z.number() }),
    readFields(redis, keys.entitlements, { [id]: Entitlements }),
    forgottenAt(redis, name, entity),
  ])
  const found = [...held.values()].sort((a, b) => a.key.localeCompare(b.key))
  const decisions = new Map<string, Decision>()
  if (found.length > 0) {
    const { values } = await readFields(
      redis,
      keys.decisions,
      Object.fromEntries(found.map(({ key }) => [key, Decision])),
    )
    for (const [key, decision] of Object.entries(values)) if (decision) decisions.set(key, decision)
  }
  return {
    held: found.map((one) => ({ ...one, decision: decisionOn(decisions, one) })),
    decided: [...log.values.values()].filter(({ key }) => isAbout(entity, key)),
    leavingSince: leaving.values[id] ?? null,
    entitlements: entitlements.values[id] ?? null,
    forgottenAt: forgotten,
  }
}

/** When the ledger forgot an entity, ms since the epoch; null of one that it did not within the last day. */
export async function forgottenAt(
  redis: RedisClient,
  name: ConnectionName,
  entity: { readonly kind: 'user' | 'group'; readonly id: string },
): Promise<number | null> {
  const key = connectionKeys(name).forgotten
  const score = await redis.zscore(key, formatEntityMember(entity)).catch((error: unknown) => {
    // a cycle mends it
    if (!isWrongType(error)) throw error
    return null
  })
  return score === null ? null : Number(score)
}

/** Whether a held change is of the entity, or of a membership that it is a side of. */
function isAbout({ kind, id }: { readonly kind: 'user' | 'group'; readonly id: string }, key: string): boolean {
  const about = parseHeldKey(key)
  if (about.kind !== 'membership') return about.kind === kind && about.id === id
  return kind === 'user' ? about.id.endsWith(`~${id}`) : about.id.startsWith(`${id}~`)
}

/** The problems of a connection that may be about an entry, or are about all: whose text has one of the texts. */
export async function readProblemsWith(
  redis: RedisClient,
  name: ConnectionName,
  texts: readonly string[],
): Promise<StoredProblem[]> {
  const wanted = texts.map((text) => text.toLowerCase())
  const isWanted = (field: string, text: string) => {
    if (/(^|\|)(connection|account)\|/.test(field)) return true
    const lower = text.toLowerCase()
    return wanted.some((one) => lower.includes(one))
  }
  return [...(await readSome(redis, connectionKeys(name).problems, StoredProblem, { isWanted })).values()]
}

/** Zendesk's job status of a bulk write that is under way; null while its answer has not come. */
export async function jobStatusOf(redis: RedisClient, account: string, batch: string): Promise<string | null> {
  return await redis.hget(accountKeys(account).jobStatuses, batch)
}
