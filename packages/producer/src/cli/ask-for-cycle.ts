import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import type { Trouble } from '@provisioner/shared/ledger/troubles.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { EXIT } from './exit-codes.ts'
import type { CliConnection, CliSession } from './session.ts'
import { describeTroubles } from './show-troubles.ts'

/** What keeps a connection's cycles from running, and what keeps what they plan from Zendesk. */
export interface Standing {
  /** Cycles may be asked for, and are run once that is over. */
  readonly stopping: readonly Trouble[]
  /** What admins have paused. */
  readonly paused: readonly Trouble[]
  /** That nobody writes it there. */
  readonly idle: readonly Trouble[]
}

export async function whatStands(session: CliSession, connection: CliConnection): Promise<Standing> {
  const { troubles } = await readHealth(session.redis, connectionName(connection))
  return {
    stopping: troubles.filter(({ stopsCycles }) => stopsCycles),
    paused: troubles.filter(({ code }) => code === 'PAUSED'),
    idle: troubles.filter(({ code }) => code === 'NO_WORKER'),
  }
}

/**
 * `provisioner cycle`: asks for a cycle of each connection, a `full` one on demand, and says which of them nobody will
 * run. Returns the exit code.
 */
export async function askForCycles(
  session: CliSession,
  { full, json }: { full: boolean; json: boolean },
  print: (text: string) => void,
): Promise<number> {
  const name = full ? CYCLE_JOBS.full : CYCLE_JOBS.ordinary

  let code: number = EXIT.done
  for (const connection of session.connections) {
    await session.startCycle(connection, name)
    const { stopping, paused } = await whatStands(session, connection)
    if (stopping.length > 0) code = EXIT.held
    if (json) {
      const runs = stopping.length === 0
      print(JSON.stringify({ connection: connection.id, full, runs, troubles: [...stopping, ...paused] }))
      continue
    }
    const now = stopping.length === 0 ? `a ${name} is asked for.` : `a ${name} is asked for, but it cannot run yet:`
    print([`Connection '${connection.id}': ${now}`, ...describeTroubles([...stopping, ...paused])].join('\n'))
  }
  return code
}
