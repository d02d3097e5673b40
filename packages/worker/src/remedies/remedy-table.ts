import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Answer } from './answer.ts'
import { isDuplicate, isMissing, isOpenTickets } from './zendesk-words.ts'

/**
 * What a write asks of Zendesk. For groups, and for a user's address, Zendesk has no bulk endpoint; `users downgrade`
 * is an update that takes the seat with the access.
 */
export type Call =
  | OutstandingWrite['call']
  | 'users address'
  | 'users downgrade'
  | 'groups create'
  | 'groups rename'
  | 'groups delete'

/** What is done about a write that did not succeed. */
export type Remedy =
  | 'wait'
  | 'try again'
  | 'write again'
  | 'is done'
  | 'look for it'
  | 'look whether it is there'
  | 'link the holder'
  | 'suspend instead'
  | 'say who is gone'
  | 'say why it stays'
  | 'report'

/**
 * The one table of remedies, for a write that went out alone as for an item of a bulk write. The first row that fits
 * counts.
 *
 *   Zendesk's answer                  | of                                   | remedy
 *   ----------------------------------|--------------------------------------|-------------------------
 *   no, again                         | memberships create, not looked at    | look whether it is there
 *   wait                              | any                                  | wait
 *   again                             | any                                  | try again
 *   unclear                           | any                                  | write again, after a look-up
 *   none such                         | users create, groups create          | try again
 *   none such                         | memberships create                   | say who is gone
 *   none such                         | any other, not looked at             | look whether it is there
 *   none such                         | users, memberships and groups delete | is done
 *   none such                         | any other                            | look for it
 *   no: the address or external id is taken | users create                   | link the holder
 *   no: tickets are open              | users delete                         | suspend instead
 *   no, forbidden                     | users downgrade                      | suspend instead
 *   no: it does not exist             | memberships create                   | say who is gone
 *   no, forbidden                     | groups delete                        | say why it stays
 *   no, forbidden                     | any                                  | report, with Zendesk's words
 *
 * @param looked whether Zendesk was asked already if the object is there. What it answers to a membership that exists
 *   nobody documents; and that something is missing may be about another thing than the object, which is unlinked only
 *   when Zendesk does not show it any more
 */
export function remedyFor(call: Call, answer: Answer, looked = false): Remedy {
  const { said, words } = answer
  if (call === 'memberships create' && !looked && (said === 'no' || said === 'again')) return 'look whether it is there'
  switch (said) {
    case 'wait':
      return 'wait'
    case 'again':
      return 'try again'
    case 'unclear':
      return 'write again'
    case 'none such':
      if (call === 'users create' || call === 'groups create') return 'try again'
      if (call === 'memberships create') return 'say who is gone'
      if (!looked) return 'look whether it is there'
      return call === 'users delete' || call === 'memberships delete' || call === 'groups delete'
        ? 'is done'
        : 'look for it'
    case 'no':
      if (call === 'users create' && isDuplicate(words)) return 'link the holder'
      if (call === 'users delete' && isOpenTickets(words)) return 'suspend instead'
      if (call === 'users downgrade') return 'suspend instead'
      if (call === 'memberships create' && isMissing(words)) return 'say who is gone'
      return call === 'groups delete' ? 'say why it stays' : 'report'
    case 'forbidden':
      if (call === 'users downgrade') return 'suspend instead'
      return call === 'groups delete' ? 'say why it stays' : 'report'
    default:
      throw new TypeError(`No remedy for ${String(said satisfies never)}`)
  }
}
