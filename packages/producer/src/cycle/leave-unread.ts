import { fingerprintOf } from '../plan/choose-values.ts'
import type { WantedUser } from '../plan/wanted-user.ts'

/**
 * Takes back what candidates seem to say because something was not read: that nobody is disabled, and that what a
 * mapping would give is empty (decision 0008). What they say otherwise is planned.
 *
 * A status that was not read makes another fingerprint, for it may be read with the next cycle. What a mapping gives is
 * answered as the entry reads: another mapping has everybody planned anew, and so has a full cycle.
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
    if (statusUnread && user.disabled !== true) {
      const unsure: WantedUser = { ...user, disabled: 'unknown' } // who has expired is not: another attribute says so
      candidates.set(id, unsure)
      fingerprints.set(id, fingerprintOf(unsure))
    }
    if (user.empty.some((name) => mappings.has(name))) {
      const empty = user.empty.filter((name) => !mappings.has(name))
      candidates.set(id, { ...candidates.get(id)!, empty })
    }
  }
}
