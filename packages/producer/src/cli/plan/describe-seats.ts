import type { Seats } from '../../cycle/seats-of-plan.ts'

const LEAVE = "Who takes one leaves the account's default group once the directory has put them into another one."

/**
 * What a plan does to the account's paid seats, as a sentence; undefined when it is nothing.
 *
 * @param noneLeft whether Zendesk has lately refused an agent for want of a seat
 * @param leavesDefault whether new agents leave the account's default group
 */
export function describeSeats({ freed, taken }: Seats, noneLeft: boolean, leavesDefault = false): string | undefined {
  if (freed === 0 && taken === 0) return undefined
  const free = `${freed} ${freed === 1 ? 'comes' : 'come'} free`
  const take = `${taken} more ${taken === 1 ? 'is' : 'are'} taken`
  const parts = [freed > 0 && free, taken > 0 && take].filter((part) => part !== false)
  const missing = noneLeft ? taken - freed : 0
  const wait = missing === 1 ? '1 agent waits' : `${missing} agents wait`
  const left = missing > 0 ? ` The account has none left: ${wait} for one.` : ''
  const leave = leavesDefault && taken > 0 ? ` ${LEAVE}` : ''
  return `Seats: ${parts.join(', ')}.${left}${leave}`
}
