import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { expect, it } from 'vitest'
import { planUser, type UserPolicy } from './plan-user.ts'
import type { WantedUser } from './wanted-user.ts'

const policy: UserPolicy = {
  actions: { create: true, update: true },
  provisionDisabled: false,
  remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'suspend' },
  goneInZendesk: 'ask',
  allowDowngrade: false,
}
const attributes = { email: 'ada@acme.com', name: 'Ada', role: 'end-user' }
const user = { attributes, createOnly: [], tagsMode: 'merge' as const }
const wanted: WantedUser = { ...user, id: 'u1', dn: 'uid=ada', email: 'ada@acme.com', disabled: 'unknown', empty: [] }

/** What Zendesk holds, and what was released since and is still to be written. */
const waiting = (held: DesiredUser['presence'], released: DesiredUser['presence']) =>
  ({
    id: 'u1',
    revision: 2,
    desired: { ...user, presence: released },
    appliedRevision: 1,
    applied: { presence: held, attributes },
    zendeskId: 7,
    suspendedByUs: held === 'suspended',
    goneSince: null,
  }) as Partial<UserRecord> as UserRecord

it.each([
  ['active', 'suspended'],
  ['active', 'deleted'],
  ['suspended', 'active'],
] as const)(
  'of one who is %s and was released as %s nothing is taken back while the status can’t be read',
  (held, released) => {
    expect(planUser({ wanted, record: waiting(held, released), found: undefined }, policy)).toEqual({ problems: [] })
  },
)
