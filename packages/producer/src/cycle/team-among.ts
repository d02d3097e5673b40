import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { chooseValues, holdingsOf } from '../plan/choose-values.ts'
import type { WantedUser } from '../plan/wanted-user.ts'

/** Of entries with several roles, those that are team members by the one that counts. */
export async function teamAmong(users: readonly WantedUser[], reader: LedgerReader): Promise<string[]> {
  const records = await reader.records<UserRecord>(
    'user',
    users.map(({ id }) => id),
  )
  const chosen = users.map((user, i) => chooseValues(user, holdingsOf(records[i])))
  return chosen.filter(({ attributes }) => isTeamRole(attributes['role'])).map(({ id }) => id)
}
