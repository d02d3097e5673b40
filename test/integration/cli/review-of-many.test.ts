import { expect, it } from 'vitest'
import { readTeam } from '@provisioner/producer/cli/review/read-team.ts'
import { callSandbox } from '@provisioner/sandbox/zendesk-account/sandbox-client.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const AGENTS = 2_000
const GROUPS = 200

it('a team of 2,000 in 200 groups is read by lists of 100, and nobody is asked for alone', async () => {
  const users = Array.from({ length: AGENTS }, (_, i) => ({
    id: 10_000 + i,
    name: `Agent ${i}`,
    email: `agent-${i}@example.org`,
    role: 'agent',
  }))
  const groups = Array.from({ length: GROUPS }, (_, i) => ({ id: 100 + i, name: `Group ${i}` }))
  const memberships = users.map(({ id }, i) => ({ user_id: id, group_id: 100 + (i % GROUPS) }))
  await using zendesk = await callSandbox({ before: { users, groups, memberships } })
  await using server = await openRedis()
  const { email, apiToken } = zendesk.sandbox.credentials
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const auth = { header: async () => header, renew: async () => false }
  await using session = openClient({ url: zendesk.sandbox.url, redis: server.redis, auth, requestTimeoutMs: 30_000 })

  const team = await readTeam(session.client, new AbortController().signal)

  expect(team.users).toHaveLength(AGENTS + 2) // the owner and the API's own user
  expect(team.groups!.size).toBe(GROUPS + 1)
  expect([...team.groupsOf!.get(10_007)!]).toEqual([107])
  expect([...team.brandsOf!.get(10_007)!]).toEqual([1])
  expect(team.notRead).toEqual([])
  // users 20 and 1, groups 3, memberships and brand memberships 21 each, brands 1, custom roles 1
  expect(session.exchanges.length).toBeLessThanOrEqual(70)
  const lists = ['users', 'groups', 'group_memberships', 'brands', 'brand_agents', 'custom_roles']
  expect([...new Set(session.exchanges.map(({ route }) => route))]).toEqual(lists.map((one) => `/api/v2/${one}`))
})
