import { describeOwner } from '@provisioner/shared/adoption/describe-owner.ts'
import { userOwned } from '@provisioner/shared/adoption/user-owned.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { firstKnownOf, valuesOf } from '../plan/choose-values.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { Owner } from './owners.ts'

/**
 * Whether an entry may take a Zendesk user over from the entry that has them.
 *
 *   owner's standing | of this connection                      | of another
 *   -----------------|-----------------------------------------|---------------------
 *   present, silent  | no                                      | no
 *   disabled         | an active entry, with emailReuse: relink | the same
 *   left             | emailReuse: relink                      | yes: a handover
 *   abandoned        | –                                       | yes
 *
 * Whoever is disabled takes nothing from one who is: the two would take the user from each other for ever.
 */
export function mayTakeOver(
  { disabled }: Pick<WantedUser, 'disabled'>,
  { standing }: Pick<Owner, 'standing'>,
  isOwn: boolean,
  emailReuse: 'hold' | 'relink',
): boolean {
  if (standing === 'present' || standing === 'silent') return false
  if (standing === 'disabled') return disabled === false && emailReuse === 'relink'
  return !isOwn || emailReuse === 'relink'
}

/**
 * The user with what the ledger knows of them from the entry that had them. An external id that names that entry counts
 * as none: it is ours to rewrite, where a foreign one is kept.
 */
export function takenFrom(found: FoundUser, { connection, id, record }: Owner): FoundUser {
  const { presence, attributes } = found.applied
  const isOurs = record?.origin === 'created' || attributes['external_id'] === decodeURIComponent(id)
  return {
    ...found,
    applied: { presence, attributes: isOurs ? { ...attributes, external_id: null } : attributes },
    from: { connection, id, suspendedByUs: record?.suspendedByUs ?? false, origin: record?.origin ?? 'adopted' },
  }
}

/**
 * Whether the entry that has the user is being given another address, by this plan or by what was released already:
 * then this one becomes free by itself. A disabled entry keeps the address in Zendesk, whatever it says.
 */
export function hasMovedOn({ record, standing }: Owner, entry: WantedUser | undefined, found: FoundUser): boolean {
  if (standing === 'disabled' || entry?.disabled === true) return false
  const waits = record !== undefined && record.revision > record.appliedRevision
  const released = waits ? record.desired?.attributes['email'] : undefined
  const emails = entry ? valuesOf(entry, 'email') : released == null ? [] : [released]
  return emails.length > 0 && firstKnownOf('email', emails, [found.applied.attributes]) === undefined
}

/**
 * Why an entry is not linked to the user it would be. Who may not work asks for nothing that another entry has.
 *
 * @param connection the entry's
 */
export function conflict(wanted: WantedUser, found: FoundUser, owner: Owner, connection: string): Problem[] {
  if (wanted.disabled === true || (wanted.disabled === 'unknown' && owner.standing === 'disabled')) return []
  const who = describeOwner(owner, { dn: owner.record?.dn, told: connection })
  if (owner.standing === 'disabled') return [emailReused(wanted, found, `${who} is disabled`)]
  if (owner.connection === connection && owner.standing === 'left')
    return [emailReused(wanted, found, `${who} has left`)]
  return [emailOwned(wanted, found, owner, who)]
}

/** What an entry would be linked to a user by. */
function sharedWith(wanted: WantedUser, { applied }: FoundUser) {
  const isEmail = firstKnownOf('email', [wanted.email], [applied.attributes]) !== undefined
  return isEmail
    ? ({ attribute: 'email', value: wanted.email, what: 'address' } as const)
    : ({ attribute: 'external_id', value: String(wanted.attributes['external_id']), what: 'external id' } as const)
}

/** A Zendesk user with the entry's address has another entry without access, and nobody said whose it shall be. */
function emailReused(wanted: WantedUser, found: FoundUser, whose: string): Problem {
  const { attribute, value, what } = sharedWith(wanted, found)
  return {
    code: 'EMAIL_REUSED',
    subject: 'user',
    id: wanted.id,
    dn: wanted.dn,
    attribute,
    what: `'${value}' is the ${what} of Zendesk user ${found.zendeskId}, whose entry ${whose}; the new entry is not provisioned`,
    todo:
      'Is it the same person? Set users.emailReuse: relink, and the Zendesk user with its tickets goes to the new entry. ' +
      `Is it somebody else? Remove the ${what} from Zendesk user ${found.zendeskId}, and a new user is created`,
  }
}

/** The Zendesk user that an entry would be linked to belongs to another entry. */
function emailOwned(wanted: WantedUser, found: FoundUser, owner: Owner, who: string): Problem {
  const { attribute, value, what } = sharedWith(wanted, found)
  const about = { subject: 'user', id: wanted.id, dn: wanted.dn, attribute } as const
  if (owner.standing === 'silent')
    return {
      ...about,
      code: 'EMAIL_OWNED',
      what: `Zendesk user ${found.zendeskId} ('${value}') belongs to connection '${owner.connection}', which this configuration does not have, and which ran not long ago`,
      todo: `If '${owner.connection}' was removed or renamed, wait: its users are taken over once it has been silent for a while; nobody is deprovisioned meanwhile`,
    }
  return { ...about, ...userOwned({ value, as: `the ${what}`, zendeskId: found.zendeskId, owner: who }) }
}
