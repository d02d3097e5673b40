import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { FailingCycles } from '@provisioner/shared/ledger/cycle-state.ts'
import { connectionKeys, connectionName, type ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader, StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import { readFields } from '@provisioner/shared/ledger/read-stored.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { nameWrongType } from '@provisioner/shared/ledger/unreadable.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { problemKey, withoutSecretsIn, type Problem } from '@provisioner/shared/problem.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { noteEvents } from '@provisioner/shared/history/note-event.ts'
import { eventsOfFailure } from './tell-history.ts'
import { slowedUntil } from './slowed-cycles.ts'

/**
 * A cycle that could not be run is a problem of the connection: stored and logged once, gone with the next that runs.
 * How many fail in a row, and since when, is noted with it.
 */
export async function reportFailure(
  redis: RedisClient,
  connection: ConnectionConfig,
  thrown: unknown,
  log: Logger,
  stopping: boolean,
): Promise<void> {
  if (stopping) return
  const error = await nameWrongType(redis, connectionName(connection), thrown)
  if (error instanceof FencedError) {
    log.warn({ err: error }, 'Cycle overtaken by a newer one; it wrote nothing more')
    return
  }
  const known = error instanceof ProvisioningError
  const ofZendesk = error instanceof ZendeskError
  const problem = withoutSecretsIn({
    code: known ? error.code : 'CYCLE_FAILED',
    subject: 'connection',
    id: connection.id,
    what: error instanceof Error ? error.message : String(error),
    todo: ofZendesk
      ? 'Mend what is said here, if it does not pass by itself: the next cycle asks again. What needs nothing from Zendesk was released all the same'
      : "Mend what is said here: nothing was planned from it, nobody was deprovisioned, and who leaves keeps access. A cycle tries again by itself, and at once when asked for by 'provisioner cycle'",
  } satisfies Problem)
  const { everyMs, now } = { everyMs: connection.schedule.every, now: Date.now() }
  const { isNew, slowed } = await note(redis, connectionName(connection), { problem, ofZendesk, everyMs, now }).catch(
    () => ({ isNew: true, slowed: undefined }),
  )
  if (isNew)
    log.error(
      { code: problem.code, reason: problem.what, err: known ? undefined : error },
      ofZendesk
        ? 'Cycle failed; only what needs nothing from Zendesk was released'
        : 'Cycle failed; nothing was planned',
    )
  else log.debug({ code: problem.code }, 'Cycle failed again')
  const { code, what } = problem
  const events = eventsOfFailure(thrown, { connection: connection.id, code, what, isNew, now })
  // a Redis that takes nothing is told, and loses this
  await noteEvents(redis, connection.account, events).catch(() => {})
  if (slowed) log.warn({ code: problem.code, nextAt: new Date(slowed).toISOString() }, SLOWED)
}

const SLOWED =
  'Cycles are slowed, as they fail again and again: twice as long each time. One is run at once when asked for by ' +
  "'provisioner cycle', and when a producer starts; where no server could be reached, also when one answers again"

/**
 * Stores the problem with what is at fault now, and counts the failure. Returns whether it was not there before, and of
 * the first one after which cycles are slowed, until when.
 */
async function note(
  redis: RedisClient,
  connection: ConnectionName,
  { problem, ofZendesk, everyMs, now }: { problem: Problem; ofZendesk: boolean; everyMs: number; now: number },
): Promise<{ isNew: boolean; slowed: number | undefined }> {
  const { problems, state } = connectionKeys(connection)
  const key = problemKey(problem)
  const [{ values }, failing] = await Promise.all([
    readFields(redis, problems, { [key]: StoredProblem }),
    new LedgerReader(redis, connection).failingCycles(),
  ])
  const before = values[key]
  const { code } = problem
  const last = failing?.code === code ? failing.row : undefined
  const row = { since: last?.since ?? now, count: (last?.count ?? 0) + 1 }
  const nextAt = slowedUntil(code, row.count, everyMs, now)
  const stored: StoredProblem = {
    problem,
    since: before?.since ?? now,
    source: 'cycle',
    ...(nextAt !== undefined && { failing: { times: row.count, since: row.since, nextAt } }),
  }
  const cycles: FailingCycles = {
    since: failing?.since ?? now,
    count: (failing?.count ?? 0) + 1,
    code,
    what: problem.what,
    released: ofZendesk,
    row,
    ...(nextAt !== undefined && { nextAt }),
  }
  await redis.multi().hset(problems, key, JSON.stringify(stored)).hset(state, 'failing', JSON.stringify(cycles)).exec()
  const isFirst = failing?.nextAt === undefined || failing.code !== code
  return { isNew: before === undefined, slowed: isFirst ? nextAt : undefined }
}
