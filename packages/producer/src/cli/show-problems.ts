import { formatTime } from '@provisioner/shared/format-time.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { newestFirst } from '@provisioner/shared/ledger/newest-first.ts'
import { listProblems } from '@provisioner/shared/ledger/unreadable.ts'
import { describeFailing } from '@provisioner/shared/quarantine.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { otherProblems } from './other-problems.ts'
import { paint } from './paint.ts'
import type { CliSession } from './session.ts'
import { describeTroubles } from './show-troubles.ts'

/**
 * `provisioner problems`: what keeps the connection from its work first, then each problem with what to do, the newest
 * first.
 */
export async function showProblems(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const connection of session.connections) {
    const { id } = connection
    const reader = new LedgerReader(session.redis, connectionName(connection))
    const [listed, { troubles }] = await Promise.all([
      listProblems(session.redis, reader),
      readHealth(session.redis, reader),
    ])
    const problems = listed.toSorted(newestFirst)
    if (json) {
      print(JSON.stringify({ connection: id, troubles, problems }))
      continue
    }
    const others = otherProblems(problems, troubles)
    if (troubles.length > 0) print([`Connection '${id}':`, ...describeTroubles(troubles)].join('\n'))
    if (others.length === 0) print(`Connection '${id}': no ${troubles.length > 0 ? 'other ' : ''}problems.`)
    else print(`Connection '${id}': ${countOf(others.length, troubles.length > 0)}, the newest first:`)
    for (const { problem, since, failing } of others) {
      const told = [problem.what, ...(failing ? [describeFailing(failing, Date.now())] : []), problem.todo]
      const lines = told.map((one) => `\n  ${sentence(one)}`).join('')
      print(`${formatTime(since)}  ${paint('yellow', problem.code)}  ${problem.dn ?? problem.id}${lines}`)
    }
  }
}

function countOf(count: number, besidesTroubles: boolean): string {
  return `${count} ${besidesTroubles ? 'other ' : ''}problem${count === 1 ? '' : 's'}`
}
