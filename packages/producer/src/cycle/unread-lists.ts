import type { Problem } from '@provisioner/shared/problem.ts'
import type { PlanSources } from './plan-sources.ts'
import type { Answers } from './questions.ts'
import { listUnread } from './withheld-lists.ts'

/** What of Zendesk could not be read in this cycle. */
export function unreadLists(
  { connection, names }: Pick<PlanSources, 'connection' | 'names'>,
  { withheld }: Pick<Answers, 'withheld'>,
): Problem[] {
  return [...names.problems, ...[...withheld].map(([list, why]) => listUnread(connection.id, list, why))]
}
