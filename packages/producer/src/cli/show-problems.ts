import { formatTime } from '@provisioner/shared/format-time.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { listProblems } from '@provisioner/shared/ledger/unreadable.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { otherProblems } from './other-problems.ts'
import type { CliSession } from './session.ts'
import { describeTroubles } from './show-troubles.ts'

/** `provisioner problems`: what keeps the connection from its work first, then each problem with what to do. */
export async function showProblems(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const connection of session.connections) {
    const { id } = connection
    const reader = new LedgerReader(session.redis, connectionName(connection))
    const [problems, { troubles }] = await Promise.all([
      listProblems(session.redis, reader),
      readHealth(session.redis, reader),
    ])
    if (json) {
      print(JSON.stringify({ connection: id, troubles, problems }))
      continue
    }
    const others = otherProblems(problems, troubles)
    if (troubles.length > 0) print([`Connection '${id}':`, ...describeTroubles(troubles)].join('\n'))
    if (others.length === 0) print(`Connection '${id}': no ${troubles.length > 0 ? 'other ' : ''}problems.`)
    for (const { problem, since } of others)
      print(
        `${formatTime(since)}  ${problem.code}  ${problem.dn ?? problem.id}\n  ${sentence(problem.what)}\n  ${sentence(problem.todo)}`,
      )
  }
}
