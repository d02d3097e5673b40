import type { AppliedUser } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { WantedUser } from './wanted-user.ts'

/** An external id that some other system wrote is kept. */
export function externalIdDiffers(wanted: WantedUser, held: AppliedUser): Problem {
  return {
    code: 'EXTERNAL_ID_DIFFERS',
    subject: 'user',
    id: wanted.id,
    dn: wanted.dn,
    attribute: 'external_id',
    what: `Zendesk's user '${wanted.email}' has the external id '${String(held.attributes['external_id'])}' already; it is kept`,
    todo: 'Remove the external id in Zendesk if no other system uses it, or set users.externalId: none',
  }
}

/** A user whom somebody else suspended is not restored. */
export function suspendedByHand(wanted: WantedUser): Problem {
  return {
    code: 'SUSPENDED_IN_ZENDESK',
    subject: 'user',
    id: wanted.id,
    dn: wanted.dn,
    what: `Zendesk's user '${wanted.email}' is active in the directory but was suspended in Zendesk by somebody else; they stay suspended`,
    todo: 'Unsuspend the user in Zendesk, or disable the entry in the directory',
  }
}
