import { expect, it } from 'vitest'
import { CycleLedger, type Link } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const applied = { presence: 'active', name: 'Support' } as const
const link = (known: Link['known']): Link => ({
  kind: 'group',
  id: 'g1',
  dn: 'cn=g1',
  label: 'Support',
  zendeskId: 7,
  applied,
  suspendedByUs: false,
  inStep: applied,
  ...(known && { known }),
})

it('what a cycle found in Zendesk is not linked to an entity that was written since: it may be gone again', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, 'staff', 'acme')
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: ['name'] } as const
  const [released] = await cycle.release([{ ...about, operation: 'create group', desired: applied }])
  const { revision } = released!

  expect(await cycle.link([link({ revision: 0, appliedRevision: 0 })])).toEqual(['busy'])
  expect(await cycle.link([link({ revision, appliedRevision: revision })])).toEqual(['busy'])
  expect(await cycle.link([link({ revision, appliedRevision: 0 })])).toEqual(['linked'])
})
