import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/** How many of the others are named: a shared mailbox may stand in a thousand entries. */
const NAMED = 3

/**
 * An entry that shares what two users of Zendesk can not. `hasOwner`: one of the others has it, and only this one,
 * which is disabled or whose status is unknown, is kept out; else none of them has.
 */
export function sharedByEntries(
  one: { readonly id: string; readonly dn: string },
  attribute: 'email' | 'external_id',
  value: string,
  others: readonly { readonly dn: string }[],
  hasOwner: boolean,
): Problem {
  const named = others.slice(0, NAMED).map(({ dn }) => dn)
  const who = [named.join(', '), ...(others.length > NAMED ? [`${others.length - NAMED} more`] : [])].join(' and ')
  const isEmail = attribute === 'email'
  return {
    code: isEmail ? 'EMAIL_TWICE' : 'EXTERNAL_ID_TWICE',
    subject: 'user',
    id: one.id,
    dn: one.dn,
    attribute,
    what:
      `'${value}' is also the ${isEmail ? 'address' : 'external id'} of ${who}; ` +
      (hasOwner ? 'this entry is not provisioned beside it' : 'none of them is changed in Zendesk'),
    todo: `Give all but one of the entries another ${isEmail ? 'address' : 'one'}, or take them out of users.locations`,
  }
}

/** A managed group that nothing in Zendesk can be called by. */
export function namelessGroup(group: { id: string; dn: string }, connection: ConnectionConfig): Problem {
  const attribute = connection.groups?.match ?? 'cn'
  return {
    code: 'GROUP_NAME_MISSING',
    subject: 'group',
    id: group.id,
    dn: group.dn,
    attribute,
    what: `The group has no value in '${attribute}', which is the Zendesk group's name`,
    todo: `Give it one in the directory, or choose another attribute in groups.match`,
  }
}
