import { describeDecision } from '@provisioner/shared/ledger/describe-held.ts'
import { LedgerReader, type FirstRunState } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CliSession } from './session.ts'

/** `provisioner status`: the last cycle of each connection, what waits and what is wrong. */
export async function showStatus(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const { id } of session.connections) {
    const reader = new LedgerReader(session.redis, id)
    const [cycle, firstRun, pending, held, problems] = await Promise.all([
      reader.lastCycle(),
      reader.firstRun(),
      reader.pending(),
      reader.heldAndDecided(),
      reader.problems(),
    ])
    if (json) {
      print(
        JSON.stringify({
          connection: id,
          firstRun: firstRun.status,
          lastCycle: cycle ?? null,
          pending: pending.length,
          held: held.length,
          undecided: held.filter(({ decision }) => !decision).length,
          problems: problems.length,
        }),
      )
      continue
    }
    print(`Connection '${id}'`)
    print(`  first plan     ${describeFirstRun(firstRun)}`)
    print(
      `  last cycle     ${cycle ? `${new Date(cycle.endedAt).toISOString()}, ${cycle.endedAt - cycle.startedAt} ms: ${cycle.users} users, ${cycle.groups} groups, ${cycle.memberships} memberships` : 'none yet'}`,
    )
    print(`  not yet applied ${pending.length}`)
    print(`  held           ${held.length}, ${held.filter(({ decision }) => !decision).length} of them undecided`)
    print(`  problems       ${problems.length}`)
  }
}

function describeFirstRun({ status, approval }: FirstRunState): string {
  const words = status === 'done' ? 'carried out' : status
  if (!approval) return words
  return `${words}, ${describeDecision({ ...approval, decision: 'approved' })}`
}

/** `provisioner problems`: each with what is wrong and what to do. */
export async function showProblems(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const { id } of session.connections) {
    const problems = await new LedgerReader(session.redis, id).problems()
    if (json) print(JSON.stringify({ connection: id, problems }))
    else if (problems.length === 0) print(`Connection '${id}': no problems.`)
    else
      for (const { problem, since } of problems)
        print(
          `${new Date(since).toISOString()}  ${problem.code}  ${problem.dn ?? problem.id}\n  ${problem.what}.\n  ${problem.todo}.`,
        )
  }
}
