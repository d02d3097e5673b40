import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { REFUSAL_CODES } from '@provisioner/shared/refusal-codes.ts'
import { CommandLineError } from '../command-line-error.ts'
import type { CliSession } from '../session.ts'
import { causesOf, findFailedChanges, PASSING } from './failed-changes.ts'

const CAUSES: ReadonlySet<string> = new Set([PASSING, ...REFUSAL_CODES])

/** Thrown for a cause that nothing can fail for. */
export class UnknownCauseError extends CommandLineError {
  override name = 'UnknownCauseError' as const
  override readonly code = 'CAUSE_UNKNOWN' as const

  constructor(asked: string, causes: readonly { readonly cause: string; readonly count: number }[]) {
    const known = causes.map(({ cause, count }) => `${cause} (${count})`).join(', ')
    const there =
      known === '' ? ', and nothing has failed or is refused' : `: what has failed or was refused has ${known}`
    super(`--cause '${asked}' is no cause${there}`)
  }
}

/**
 * Makes sure that a cause is one that changes fail for, or that one of these connections has. That nothing has failed
 * for it is no mistake: a script may retry it every night.
 *
 * @throws UnknownCauseError
 */
export async function assertCause({ redis, connections }: CliSession, cause: string): Promise<void> {
  if (CAUSES.has(cause)) return
  const failed = await Promise.all(
    connections.map(async (connection) => {
      await using queues = new ChangeQueues(connectionName(connection), redis)
      return await findFailedChanges(redis, connection, queues)
    }),
  )
  const causes = causesOf(failed.flat())
  if (causes.every((one) => one.cause !== cause)) throw new UnknownCauseError(cause, causes)
}
