import type { Problem } from '../problem.ts'

/** What an admin is told of a Zendesk user whom two entries would share. */
export type UserOwned = Pick<Problem, 'what' | 'todo'> & { readonly code: 'EMAIL_OWNED' }

/**
 * The Zendesk user that an entry would have, by an address or its external id, is another entry's.
 *
 * @param owner in words, see `describeOwner`
 */
export function userOwned({
  value,
  as = 'the address',
  zendeskId,
  owner,
}: {
  value: string
  as?: 'the address' | 'an address' | 'the external id'
  zendeskId: number
  owner: string
}): UserOwned {
  const it = as.slice(as.indexOf(' ') + 1)
  return {
    code: 'EMAIL_OWNED',
    what: `'${value}' is already ${as} of Zendesk user ${zendeskId}, who is linked to ${owner}`,
    todo: `Remove the ${it} there or change it in the directory: two entries can not share one Zendesk user`,
  }
}
