import type { WantedUser } from './wanted-user.ts'

/** How much an entry needs of what it shares with others, the most first. */
export type Rank = 'living' | 'waiting' | 'leaving' | 'left'

const RANKS: readonly Rank[] = ['living', 'waiting', 'leaving', 'left']

/**
 * Who would be in Zendesk. A linked entry that is disabled only loses access, and never writes an address.
 *
 *   entry                                             | rank
 *   --------------------------------------------------|--------
 *   active                                            | living
 *   status unknown, linked                            | living
 *   status unknown, not linked                        | waiting
 *   disabled, not linked, with provisionDisabled      | waiting
 *   disabled, not linked: linked but to be suspended  | leaving
 *   disabled, linked                                  | left
 *
 * An entry that the mapping rejects has no address, and none of these ranks.
 */
export function rankOf(disabled: WantedUser['disabled'], linked: boolean, provisionDisabled: boolean): Rank {
  if (disabled === false) return 'living'
  if (disabled === 'unknown') return linked ? 'living' : 'waiting'
  if (linked) return 'left'
  return provisionDisabled ? 'waiting' : 'leaving'
}

/** Whether an entry of this rank keeps others from taking an address of several. */
export function claims(rank: Rank): boolean {
  return rank === 'living' || rank === 'waiting'
}

/**
 * What becomes of entries with one address. Who would not be in Zendesk anyway takes none from who would:
 *
 *   the best of them   | takes it                                    | blocked         | yields
 *   -------------------|---------------------------------------------|-----------------|--------------------
 *   one living         | that one                                    | all who wait    | all others
 *   several living     | nobody                                      | they, and who waits | all others
 *   one who waits      | that one                                    |                 | all others
 *   several who wait   | nobody                                      | they            | all others
 *   leaving            | the first: in Zendesk, it is to lose access |                 | all others
 *   left               | the first                                   |                 | all others
 *
 * Who is blocked is reported and not newly applied. Who yields is not looked for in Zendesk, and planned otherwise: one
 * that is linked is suspended, a creation that waits is taken back.
 */
export function verdictsOf(ranks: readonly Rank[]): Verdict[] {
  const best = RANKS.find((rank) => ranks.includes(rank))
  const first = ranks.findIndex((rank) => rank === best)
  const isOnly = ranks.lastIndexOf(ranks[first]!) === first
  return ranks.map((rank, i) => {
    if (claims(rank)) return rank === best && isOnly ? 'takes' : 'blocked'
    return i === first ? 'takes' : 'yields'
  })
}

export type Verdict = 'takes' | 'blocked' | 'yields'
