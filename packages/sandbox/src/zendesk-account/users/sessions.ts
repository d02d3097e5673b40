import type { Account } from '../account.ts'
import { forbidden } from '../refusal.ts'
import type { SessionRecord } from '../records.ts'
import { activeUser } from './find-users.ts'

/** Somebody opens a browser. Who is suspended or deleted can't; nobody says that a suspension ends what is open. */
export function signIn(account: Account, userId: number): SessionRecord {
  const user = activeUser(account, userId)
  if (user.suspended) throw forbidden()
  const at = account.timestamp()
  user.last_login_at = at
  return account.sessions.add({ id: account.nextId(), user_id: user.id, authenticated_at: at, last_seen_at: at })
}

export function endSessionsOf(account: Account, userId: number): void {
  for (const session of account.sessions.by('user', userId)) account.sessions.remove(session)
}
