import type { Account } from '../account.ts'
import type { UserRecord } from '../records.ts'
import { remember } from '../search-index.ts'

/** Tells the search index; searches find it later. */
export function indexUser(account: Account, user: UserRecord): void {
  const emails = account.identities
    .by('user', user.id)
    .filter((one) => one.type === 'email')
    .map((one) => one.value.toLowerCase())
  const words = [user.name, ...emails, user.external_id ?? '', user.phone ?? '', ...user.tags].join(' ').toLowerCase()
  const at = Date.now()
  remember(
    user.indexed,
    user.active ? { at, words, emails, externalId: user.external_id } : { at, words: '', emails: [], externalId: null },
    account.settings.searchLagMs,
  )
}
