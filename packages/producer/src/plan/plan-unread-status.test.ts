import type { DesiredUser } from '@provisioner/shared/desired.ts'
import { expect, it } from 'vitest'
import { planUser } from './plan-user.ts'
import { policyWith, recordWith } from './plan-user.fixture.ts'
import type { WantedUser } from './wanted-user.ts'

const policy = policyWith()
const attributes = { email: 'ada@acme.com', name: 'Ada', role: 'end-user' }
const user = { attributes, createOnly: [], tagsMode: 'merge' as const }
const wanted: WantedUser = { ...user, id: 'u1', dn: 'uid=ada', email: 'ada@acme.com', disabled: 'unknown', empty: [] }

/** What Zendesk holds, and what was released since and is still to be written. */
const waiting = (held: DesiredUser['presence'], released: DesiredUser['presence']) =>
  recordWith(
    { presence: held, attributes },
    {
      revision: 2,
      desired: { ...user, presence: released },
      appliedRevision: 1,
      suspendedByUs: held === 'suspended',
    },
  )

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
