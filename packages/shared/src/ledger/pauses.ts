import { z } from 'zod'
import { formatTime } from '../format-time.ts'
import type { RedisClient } from '../redis-client.ts'
import { accountKeys } from './keys.ts'
import { PAUSE, RESUME } from './lua/pauses.ts'
import { isWrongType, sort } from './read-stored.ts'
import { runScript } from './script.ts'
import type { NewEvent } from '../history/note-event.ts'

/** What is not written to Zendesk while a pause lasts: nothing at all, or nothing that takes something away. */
export type PauseScope = 'all' | 'removals'

/** Who paused, when (ms since the epoch), and why. */
const PausedBy = z.object({ by: z.string(), at: z.number(), reason: z.string().optional() })
export type PausedBy = z.infer<typeof PausedBy>

/** What a pause is about. */
export interface PauseTarget {
  /** Undefined: all connections of the account. */
  readonly connection?: string | undefined
  readonly scope: PauseScope
}

/** A pause that lasts until somebody resumes. */
export interface Pause extends PauseTarget, PausedBy {
  /** Where it stands, also where that says nothing of what is paused. */
  readonly field: string
}

/** In the place of a connection: all of the account. No connection is called so. */
const EVERY = '*'

const fieldOf = ({ connection = EVERY, scope }: PauseTarget): string => `${connection}|${scope}`

/**
 * The pauses of an account. What can't be read counts as a pause, of everything where it does not say of what: somebody
 * meant to stop something, and to go on is what can't be taken back.
 */
export async function readPauses(redis: RedisClient, account: string): Promise<Pause[]> {
  const key = accountKeys(account).pauses
  const stored = await redis.hgetall(key).catch((error: unknown) => {
    if (!isWrongType(error)) throw error
    return { [`${EVERY}|all`]: '' }
  })
  const fields = Object.entries(stored)
  const { values } = sort(key, PausedBy, fields)
  return fields.map(([field]) => {
    const [connection, scope] = field.split('|')
    const { by, at, reason } = values.get(field) ?? { by: `what stands in ${key} and nobody can read`, at: 0 }
    return {
      field,
      ...(connection !== EVERY && { connection }),
      scope: scope === 'removals' ? scope : 'all',
      by,
      at,
      ...(reason !== undefined && { reason }),
    }
  })
}

/** The pause that keeps a write of the connection back, if there is one: one of everything before one of removals. */
export function pauseOf(
  pauses: readonly Pause[],
  connection: string,
  { takesAway }: { takesAway: boolean },
): Pause | undefined {
  const ofIt = pauses.filter((one) => one.connection === undefined || one.connection === connection)
  return ofIt.find(({ scope }) => scope === 'all') ?? (takesAway ? ofIt[0] : undefined)
}

/**
 * Pauses, unless that is paused already: then the one who did stays named. Returns whether it is new; then the history
 * is told.
 */
export async function pause(redis: RedisClient, account: string, target: PauseTarget, by: PausedBy): Promise<boolean> {
  const { pauses, history } = accountKeys(account)
  const event = JSON.stringify(eventOf('pause', target, by))
  return (await runScript(redis, PAUSE, [pauses, history], [fieldOf(target), JSON.stringify(by), event])) === 1
}

/**
 * Ends pauses that were read, and tells the history who did. What is stored there and no hash goes whole.
 *
 * @param by who ends them, and why
 */
export async function resume(
  redis: RedisClient,
  account: string,
  ended: readonly Pause[],
  by: Pick<PausedBy, 'by' | 'reason'>,
): Promise<void> {
  if (ended.length === 0) return
  const { pauses, history } = accountKeys(account)
  const args = ended.flatMap((one) => [one.field, JSON.stringify(eventOf('resume', one, by))])
  await runScript(redis, RESUME, [pauses, history], args)
}

function eventOf(
  type: 'pause' | 'resume',
  { connection, scope }: PauseTarget,
  { by, reason }: Pick<PausedBy, 'by' | 'reason'>,
): NewEvent {
  return {
    type,
    ...(connection !== undefined && { connection }),
    scope,
    by,
    ...(reason !== undefined && { reason }),
  }
}

/** `paused by ada@host since 12:03 (wrong import)`. */
export function describePause({ by, at, reason }: Pause): string {
  return `paused by ${by}${at > 0 ? ` since ${formatTime(at)}` : ''}${reason === undefined ? '' : ` (${reason})`}`
}

/** What a pause is to a connection, as one of its troubles. */
export function troubleOfPause(pause: Pause, connection: string) {
  const { scope, at } = pause
  const isOfAccount = pause.connection === undefined
  const what = scope === 'all' ? 'Nothing is written to Zendesk' : 'Nothing is taken away in Zendesk'
  return {
    code: 'PAUSED',
    level: scope === 'all' ? ('stopped' as const) : ('degraded' as const),
    what: `${what}, and who leaves keeps access: ${isOfAccount ? 'the whole account is ' : ''}${describePause(pause)}`,
    todo: `'provisioner resume${isOfAccount ? '' : ` ${connection}`}' ends it; nothing is lost meanwhile`,
    ...(at > 0 && { since: at }),
  }
}
