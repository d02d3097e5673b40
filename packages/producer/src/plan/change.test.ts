import { expect, it } from 'vitest'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { auditedLink } from './change.ts'

it('what an audit found is good for the record that it looked at, and for no other', () => {
  const record = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', revision: 3, appliedRevision: 2, zendeskId: 7 }

  expect(auditedLink(record as UserRecord)).toMatchObject({
    kind: 'user',
    id: 'u1',
    known: { revision: 3, appliedRevision: 2, zendeskId: 7 },
  })
})
