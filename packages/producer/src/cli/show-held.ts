import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { describeFirstPlan } from '@provisioner/shared/ledger/describe-held.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { describeUnreadable } from '@provisioner/shared/ledger/unreadable.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { listHeld } from './list-held.ts'
import type { CliSession } from './session.ts'

/** Changes of each category that are listed before the rest is only counted. */
const LISTED = 50

/** `provisioner held`: what the guard keeps back, why, and what was decided on it. */
export async function showHeld(
  session: CliSession,
  { all, json }: { all: boolean; json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const connection of session.connections) {
    const { id } = connection
    const reader = new LedgerReader(session.redis, connectionName(connection))
    const [{ status, waiting: first }, stored, measures] = await Promise.all([
      reader.firstRun(),
      reader.storedHeldAndDecided(),
      reader.measures(),
    ])
    const held = [...stored.values.values()]
    const unreadable = stored.unreadable.map((one) => describeUnreadable(one, reader))
    if (json) {
      print(JSON.stringify({ connection: id, firstPlan: first ?? null, held, measures, unreadable }))
      continue
    }
    for (const { code, what, todo } of unreadable) print(`${code}  ${sentence(what)}\n  ${sentence(todo)}`)
    if (first)
      print(
        `Connection '${id}': the first plan waits for approval: ${describeFirstPlan(first)}.\n` +
          `Look at it with 'provisioner plan ${id}', then 'provisioner approve ${id}'.`,
      )
    if (held.length > 0) print(`Connection '${id}': ${held.length} held.`)
    else if (status === 'new') print(`Connection '${id}': no cycle has ended yet, so nobody knows what will be held.`)
    else if (!first) print(`Connection '${id}': nothing is held.`)
    for (const line of listHeld(held, measures, all ? Infinity : LISTED)) print(line)
    if (held.some(({ decision }) => !decision) && !first)
      print(
        `Decide with 'provisioner approve ${id}' or 'provisioner reject ${id}': on all, or with --only CATEGORY, --matching TEXT.`,
      )
  }
}
