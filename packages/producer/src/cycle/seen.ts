/**
 * What `seen` holds of an entity whose entry is not in scope, in the place of a fingerprint:
 *
 *   absent   the removal was carried out, or there was nothing to remove
 *   ignored  `remove: ignore`: counted in every cycle, and left alone
 *   offered  another connection asked for the user, who is left active for it to take over
 *
 * Of the first two, `… out of scope` is one whose entry is still there, where something else becomes of who is deleted.
 */
export const ABSENT = 'absent'
export const IGNORED = 'ignored'
export const OFFERED = 'offered'
const OUT_OF_SCOPE = ' out of scope'

/** Entries out of scope that are looked for in one cycle, to see who is deleted by now: each costs a read. */
const LOOKS_PER_CYCLE = 50

/** @param mayChange whether the entry is out of scope, and something else becomes of it once it is deleted */
export function absence(answer: typeof ABSENT | typeof IGNORED, mayChange: boolean): string {
  return mayChange ? answer + OUT_OF_SCOPE : answer
}

/** Whether nothing is left to be done for an entry that is not in scope. */
export function isAbsent(print: string | null | undefined): boolean {
  return print === ABSENT || print === ABSENT + OUT_OF_SCOPE
}

export function isIgnored(print: string | null | undefined): boolean {
  return print === IGNORED || print === IGNORED + OUT_OF_SCOPE
}

/** Of those who may have been deleted since, the ones to look for now: by chance, so that each has its turn. */
export function toLookFor<E extends { readonly print: string | null | undefined }>(gone: readonly E[]): Set<E> {
  const some = gone.filter(({ print }) => print?.endsWith(OUT_OF_SCOPE))
  const from = Math.floor(Math.random() * some.length)
  return new Set([...some.slice(from), ...some.slice(0, from)].slice(0, LOOKS_PER_CYCLE))
}
