import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { STAFF } from '../fixtures/staff.ts'
import { openWorld } from '../fixtures/world.ts'

it('what an audit finds and a part of a plan leaves out is found again by the next cycle', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-plan-'))
  const file = join(folder, 'friday.plan')
  const people = ['ada', 'bob'].map((uid) => ({ uid, telephoneNumber: '1' }))
  await using world = await openWorld({
    ldif: directoryOf(people, { agents: ['ada', 'bob'], 'zd-help': ['ada', 'bob'] }),
    config: { groups: { membershipAudit: '1h' } },
  })
  await world.step()
  await modifyEntry(world.slapd, personDn('bob'), { replace: { telephoneNumber: '2' } })
  const plan = await runCli(world, ['plan', 'staff', '--out', file])
  const { id } = (await world.zendesk.groups()).find(({ name }) => name === 'zd-help')!
  const ada = (await world.zendesk.user('ada@example.org'))!
  const path = `/api/v2/groups/${id}/memberships`
  const { group_memberships: held } = await world.zendesk.call<{
    group_memberships: { id: number; user_id: number }[]
  }>('GET', path)
  const own = held.find(({ user_id: user }) => user === ada.id)!
  await world.zendesk.call('DELETE', `/api/v2/group_memberships/${own.id}`)
  await world.redis.hdel(connectionKeys(STAFF).state, 'lastAudit')

  const partial = await runCli(world, ['apply', file, '--partial'])
  const part = await world.zendesk.members('zd-help')
  await world.step()
  await rm(folder, { recursive: true })

  expect([plan.code, partial.code, partial.stdout]).toEqual([0, 0, expect.stringMatching(/left out [1-9]/)])
  expect([part, (await world.zendesk.user('bob@example.org'))?.phone]).toEqual([['bob@example.org'], '2'])
  expect((await world.zendesk.members('zd-help')).sort()).toEqual(['ada@example.org', 'bob@example.org'])
})
