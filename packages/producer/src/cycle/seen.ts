/**
 * What `seen` holds of an entity whose entry is not in scope, in the place of a fingerprint:
 *
 *   absent   the removal was carried out, or there was nothing to remove
 *   ignored  `remove: ignore`: counted in every cycle, and left alone
 *   offered  another connection asked for the user, who is left active for it to take over
 */
export const ABSENT = 'absent'
export const IGNORED = 'ignored'
export const OFFERED = 'offered'
