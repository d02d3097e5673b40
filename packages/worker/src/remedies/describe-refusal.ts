import type { RefusalCode } from '@provisioner/shared/refusal-codes.ts'
import type { Outcome } from '../outcome.ts'
import type { Answer } from './answer.ts'
import { plainOutcome, rejected } from './plain-outcome.ts'
import type { Call } from './remedy-table.ts'

/** The outcome of a write that Zendesk refuses for a reason of the write's own. */
export function refusalOf(call: Call, label: string, answer: Answer): Outcome {
  if (answer.said === 'forbidden') return plainOutcome(answer)
  if (call === 'memberships create' || call === 'memberships delete')
    return membershipRefusal(label, answer.words, call === 'memberships delete')
  return rejected(...describeRefusal(label, answer.words))
}

/**
 * Code, sentence and advice for a lasting refusal, from Zendesk's own words.
 *
 *   Zendesk says                          | code
 *   --------------------------------------|----------------------
 *   … is not properly formatted           | VALUE_MALFORMED
 *   MaxAgentExceeded, … of agents, … seats | SEATS_EXHAUSTED
 *   … account owner …                     | OWNER_PROTECTED
 *   anything else                         | REFUSED
 */
export function describeRefusal(label: string, words: string): [code: RefusalCode, why: string, todo: string] {
  const why = `Zendesk refuses '${label}': ${words}`
  if (/not properly formatted|is invalid|is not a valid/i.test(words))
    return ['VALUE_MALFORMED', why, 'Correct the value in the directory; the change then goes out by itself']
  if (/MaxAgentExceeded|maximum number of agents|agent (seats?|limit)|seats/i.test(words))
    return ['SEATS_EXHAUSTED', why, 'Buy seats or free one (downgrade an agent), then retry']
  if (/account owner|current user/i.test(words))
    return ['OWNER_PROTECTED', why, 'Nothing, if this is meant: Zendesk shields them. Name them in accounts.*.protect']
  return ['REFUSED', why, 'Correct the value in the directory or the mapping, or what blocks it in Zendesk']
}

/** The outcome of a membership that Zendesk refuses to add or to remove. */
function membershipRefusal(label: string, words: string, removing: boolean): Outcome {
  const why = `Zendesk refuses to ${removing ? 'remove' : 'add'} '${label}': ${words}`
  return removing
    ? {
        status: 'rejected',
        code: 'MEMBERSHIP_LAST',
        why,
        todo: 'An agent must stay in at least one group: add the agent to another group in the directory, or lower the role',
      }
    : {
        status: 'rejected',
        code: 'MEMBERSHIP_REFUSED',
        why,
        todo: 'Only team members can be in groups: look at the user’s role in Zendesk',
      }
}

/** The outcome of a membership whose user or group somebody deleted in Zendesk. */
export function membershipSideGone(label: string, words: string): Outcome {
  return {
    status: 'rejected',
    code: 'MEMBERSHIP_SIDE_GONE',
    why: `Zendesk has the user or the group of '${label}' no more: ${words}`,
    todo: 'Nothing: the next cycle makes the group anew, if it is the group; if it is the user, the next full cycle notices',
  }
}

/** Why Zendesk keeps a group that is to be deleted; undefined when its words are about something else. */
export function deletionRefusal(
  label: string,
  words: string,
  isDefault: boolean,
): [code: RefusalCode, why: string, todo: string] | undefined {
  const why = `Zendesk refuses to delete '${label}': ${words}`
  if (/at least one group|LastGroup/i.test(words))
    return [
      'GROUP_LAST_OF_AGENTS',
      why,
      'It is the only group of some agents: add them to another group in the directory, or lower their roles',
    ]
  if (isDefault)
    return [
      'GROUP_DEFAULT',
      `'${label}' is the account's default group, which Zendesk does not delete`,
      'Make another group the default one in Zendesk; the deletion is tried again within the hour, or by a full cycle',
    ]
  return undefined
}
