import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'

/** A user's record whose revision waits to be written, but for what is changed. */
export function record(
  desired: Partial<DesiredUser>,
  applied: AppliedUser | null,
  changes: Partial<UserRecord> = {},
): UserRecord {
  return {
    kind: 'user',
    id: 'u1',
    dn: 'uid=ada',
    label: 'ada',
    revision: 2,
    operation: 'update user',
    changed: [],
    appliedRevision: 1,
    zendeskId: applied ? 7 : null,
    origin: applied ? 'created' : null,
    suspendedByUs: false,
    unconfirmed: [],
    creationSent: null,
    lookUpFirst: null,
    rejection: null,
    goneSince: null,
    applied,
    desired: { presence: 'active', attributes: { name: 'Ada' }, createOnly: [], tagsMode: 'merge', ...desired },
    ...changes,
  }
}
/** What Zendesk holds of a user. */
export const holds = (
  attributes: AppliedUser['attributes'],
  presence: AppliedUser['presence'] = 'active',
): AppliedUser => ({
  presence,
  attributes,
})
