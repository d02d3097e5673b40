import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { Applied, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'
import type { Needs } from '../ports.ts'

/** Zendesk's id of the default group that the mapping gives a user; undefined where it gives none. */
export function mappedDefault(state: Applied | DesiredUser | null): number | undefined {
  const group = state && 'attributes' in state ? state.attributes[DEFAULT_GROUP] : undefined
  return typeof group === 'number' ? group : undefined
}

/** The same of users of the ledger, by what is released of them, in the order of their directory ids. */
export async function mappedDefaults(
  { records }: Needs<'records'>,
  users: readonly string[],
): Promise<(number | undefined)[]> {
  const known = await records.records<UserRecord>('user', users)
  return known.map((record) => mappedDefault(record?.desired ?? null))
}
