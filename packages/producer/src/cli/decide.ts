import { hostname, userInfo } from 'node:os'
import { HeldDecisions } from '@provisioner/shared/ledger/held-decisions.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { CliSession } from './session.ts'

export interface Selection {
  /** Guard category: users, groups, memberships, clearings:phone. */
  readonly only?: string | undefined
  /** Parts of a DN, an address or a name. */
  readonly matching?: string | undefined
}

/** `provisioner held`: what the guard keeps back, and why. */
export async function showHeld(session: CliSession, print: (text: string) => void): Promise<void> {
  for (const { id } of session.connections) {
    const reader = new LedgerReader(session.redis, id)
    const firstRun = await reader.firstRun()
    if (firstRun.status === 'waiting' && firstRun.plan) {
      const counts = Object.entries(firstRun.plan.changes).map(([operation, count]) => `${count} × ${operation}`)
      print(
        `Connection '${id}': the first plan waits for approval: ${firstRun.plan.adopted} × link existing, ${counts.join(', ') || 'no changes'}.`,
      )
      print(`Look at it with 'provisioner plan ${id}', then 'provisioner approve ${id}'.`)
      continue
    }
    const held = await reader.heldAndDecided()
    print(held.length === 0 ? `Connection '${id}': nothing is held.` : `Connection '${id}': ${held.length} held.`)
    for (const change of held)
      print(
        `  ${change.category}  ${change.operation}  ${change.label}  (${change.cause}; ${change.dn})${change.decision ? `  ${change.decision.decision}` : ''}`,
      )
  }
}

/** `provisioner approve` and `reject`: decides on the first plan, or on held changes, and asks for a cycle at once. */
export async function decide(
  session: CliSession,
  decision: 'approved' | 'rejected',
  selection: Selection,
  print: (text: string) => void,
): Promise<number> {
  let decided = 0
  for (const { id } of session.connections) {
    const decisions = new HeldDecisions(session.redis, id)
    const first =
      decision === 'approved' && !selection.only && !selection.matching ? await decisions.approveFirstPlan() : undefined
    const changes = await decisions.decide({ decision, by: decider(), at: Date.now() }, (change) =>
      isSelected(change, selection),
    )
    if (first) print(`Connection '${id}': the first plan is approved; the producer carries it out now.`)
    if (changes.length > 0)
      print(`Connection '${id}': ${changes.length} held change${changes.length === 1 ? '' : 's'} ${decision}.`)
    if (!first && changes.length === 0) print(`Connection '${id}': nothing waits for a decision.`)
    if (first || (decision === 'approved' && changes.length > 0)) await session.startCycle(id)
    decided += changes.length + (first ? 1 : 0)
  }
  return decided
}

function isSelected(change: HeldChange, { only, matching }: Selection): boolean {
  if (only !== undefined && change.category !== only && !change.category.startsWith(`${only}:`)) return false
  const text = `${change.dn} ${change.label}`.toLowerCase()
  return matching === undefined || text.includes(matching.toLowerCase())
}

/** Who decides: the user of the command and the machine it runs on. */
function decider(): string {
  return `${userInfo().username}@${hostname()}`
}
