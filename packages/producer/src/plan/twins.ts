import type { UserPolicy } from './user-policy.ts'
import type { WantedUser } from './wanted-user.ts'

/** How much an entry needs of what it shares with others, the most first. */
export type Rank = 'living' | 'waiting' | 'leaving' | 'left'

const RANKS: readonly Rank[] = ['living', 'waiting', 'leaving', 'left']

/**
 * Who would be in Zendesk. A linked entry that is disabled only loses access, and never writes an address.
 *
 *   entry                                              | rank
 *   ---------------------------------------------------|--------
 *   active, linked or to be created                    | living
 *   active, not linked, with actions.create: false     | waiting
 *   status unknown, linked                             | living
 *   status unknown, not linked                         | waiting
 *   disabled, not linked, to be created: provisionDisabled | waiting
 *   disabled, not linked: found only to be suspended   | leaving
 *   disabled, linked                                   | left
 *
 * An entry that the mapping rejects has no address, and none of these ranks.
 */
export function rankOf(
  disabled: WantedUser['disabled'],
  linked: boolean,
  { actions, provisionDisabled }: Pick<UserPolicy, 'actions' | 'provisionDisabled'>,
): Rank {
  if (disabled === true) return linked ? 'left' : actions.create && provisionDisabled ? 'waiting' : 'leaving'
  return linked || (disabled === false && actions.create) ? 'living' : 'waiting'
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
