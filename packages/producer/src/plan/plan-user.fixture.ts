import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { UserPolicy } from './user-policy.ts'

/** What a configuration that says nothing lets happen to users, but for what is changed. */
export function policyWith(changes: Partial<UserPolicy> = {}): UserPolicy {
  return {
    actions: { create: true, update: true },
    provisionDisabled: false,
    remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'suspend' },
    agents: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'suspend' },
    goneInZendesk: 'ask',
    allowDowngrade: false,
    allowAdmin: false,
    holdsTickets: true,
    ...changes,
  }
}

/** A record of a user, created by us and written in full, but for what is changed. */
export function recordWith(applied: AppliedUser, changes: Partial<UserRecord> = {}): UserRecord {
  return {
    kind: 'user',
    id: 'u1',
    dn: 'uid=ada',
    label: 'ada@acme.com',
    revision: 7,
    desired: { ...applied, createOnly: [], tagsMode: 'merge' },
    operation: 'update user',
    changed: [],
    appliedRevision: 7,
    applied,
    zendeskId: 4711,
    origin: 'created',
    suspendedByUs: false,
    unconfirmed: [],
    creationSent: null,
    lookUpFirst: null,
    rejection: null,
    goneSince: null,
    ...changes,
  }
}

/** What Zendesk holds of Ada. */
export function applied(attributes: object = {}, presence: AppliedUser['presence'] = 'active'): AppliedUser {
  return { presence, attributes: { email: 'ada@acme.com', name: 'Ada', role: 'end-user', ...attributes } }
}

/** Ada, linked, with nothing waiting. */
export function record(changes: Partial<UserRecord> = {}): UserRecord {
  return recordWith(applied(), {
    revision: 1,
    desired: null,
    operation: null,
    appliedRevision: 1,
    zendeskId: 7,
    ...changes,
  })
}
