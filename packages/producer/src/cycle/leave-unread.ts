import { fingerprintOf } from '../plan/choose-values.ts'
import type { WantedUser } from '../plan/wanted-user.ts'

/**
 * Takes back what candidates seem to say because something was not read: that nobody is disabled, and that what a
 * mapping would give is empty (decision 0008). What they say otherwise is planned.
 *
 * @param unread.mappings their names; `user_fields.NAME` for a user field
 */
export function leaveUnread(
  {
    candidates,
    fingerprints,
  }: { readonly candidates: Map<string, WantedUser>; readonly fingerprints: Map<string, string> },
  { statusUnread, mappings }: { readonly statusUnread: boolean; readonly mappings: ReadonlySet<string> },
): void {
  if (!statusUnread && mappings.size === 0) return
  for (const [id, user] of candidates) {
    const isStatusUnread = statusUnread && user.disabled !== true // who has expired, which another attribute says
    const isEmptyUnread = user.empty.some((name) => mappings.has(name))
    if (!isStatusUnread && !isEmptyUnread) continue
    const unsure: WantedUser = {
      ...user,
      disabled: isStatusUnread ? 'unknown' : user.disabled,
      empty: user.empty.filter((name) => !mappings.has(name)),
    }
    candidates.set(id, unsure)
    fingerprints.set(id, fingerprintOf(unsure))
  }
}
