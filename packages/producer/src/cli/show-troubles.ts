import { sentence } from '@provisioner/shared/sentence.ts'
import type { Trouble } from '@provisioner/shared/ledger/troubles.ts'

/** What keeps a connection from its work, as lines: what it is, then what to do. */
export function describeTroubles(troubles: readonly Trouble[]): string[] {
  return troubles.flatMap(({ code, what, todo }) => [`  ${code}  ${sentence(what)}`, `    ${sentence(todo)}`])
}
