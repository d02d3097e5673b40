import { valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Repair, RepairsOfUser } from '@provisioner/shared/ledger/repairs.ts'
import type { DriftedUser } from './audit-users.ts'
import type { CyclePlan } from './cycle-plan.ts'

/** So often one value is written anew in place of one other. */
export const MOST_REPAIRS = 3

/** Within so long, ms. */
const WITHIN_MS = 30 * 24 * 60 * 60_000

/**
 * What was found of a user, with what is given up: an attribute that was set right three times within 30 days, and
 * holds the same other value again. Zendesk keeps such a value in a form that nobody recorded, or another program
 * writes it: with Zendesk's webhooks the two would write in turns, every few seconds, for ever.
 */
export function markGivenUp(user: DriftedUser, repairs: RepairsOfUser | undefined, now: number): DriftedUser {
  const givenUp = user.drift.filter((name) => {
    const print = printOf(valueOf(user.written, name), valueOf(user.applied.attributes, name))
    const repair = repairs?.[name]
    return repair?.print === print && repair.times >= MOST_REPAIRS && now - repair.since < WITHIN_MS
  })
  return givenUp.length === 0 ? user : { ...user, givenUp }
}

/** The user as they are to be planned: what is given up counts as written. */
export function withoutGivenUp(user: DriftedUser): DriftedUser {
  const { givenUp, applied, written } = user
  if (givenUp.length === 0) return user
  const attributes = givenUp.reduce((held, name) => withValue(held, name, valueOf(written, name)), applied.attributes)
  const drift = user.drift.filter((name) => !givenUp.includes(name))
  return { ...user, drift, applied: { ...applied, attributes } }
}

/** Notes what a plan sets right, before it does, and forgets what is long ago. @param now ms since the epoch */
export async function noteRepairs(
  ledger: CycleLedger,
  reader: LedgerReader,
  { drift, released }: Pick<CyclePlan, 'drift' | 'released'>,
  now: number,
): Promise<void> {
  const going = released.flatMap(({ kind, id }) => (kind === 'user' && drift.has(id) ? [id] : []))
  if (going.length === 0) return
  const before = await reader.repairs()
  const noted = going.map((id) => {
    const repairs = Object.fromEntries(
      drift
        .get(id)!
        .map(({ name, held, wanted }) => [name, oneMore(before.get(id)?.[name], printOf(wanted, held), now)]),
    )
    return [id, { ...before.get(id), ...repairs }] as const
  })
  const isOld = (repairs: RepairsOfUser) => Object.values(repairs).every(({ since }) => now - since >= WITHIN_MS)
  const gone = [...before].flatMap(([id, repairs]) => (isOld(repairs) && !going.includes(id) ? [id] : []))
  await ledger.notes.noteRepairs(new Map(noted), gone)
}

function oneMore(before: Repair | undefined, print: string, now: number): Repair {
  const isSame = before?.print === print && now - before.since < WITHIN_MS
  return isSame ? { ...before, times: before.times + 1 } : { print, times: 1, since: now }
}

function printOf(written: unknown, held: unknown): string {
  return fingerprint([written ?? null, held ?? null])
}
