import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

it('a scope that the OAuth client lacks is one problem of the account, fails no job, and is no refusal of bulk import', async () => {
  const people = Array.from({ length: 5 }, (_one, i) => ({ uid: `user${i}` }))
  await using world = await openWorld({
    ldif: directoryOf(people, { agents: [], 'zd-a': [] }),
    sandbox: { bulkImport: true, clock: 100 },
  })
  const delayed = async () =>
    (await world.queue('users.create').getDelayedCount()) + (await world.queue('groups').getDelayedCount())
  await world.fault({ method: 'POST', kind: '403-scope', path: '/api/v2/', times: 'always' })

  await world.cycle()
  await until(
    async () => (await delayed()) === 6,
    10_000,
    async () => `${await delayed()} of 6 jobs wait`,
  )
  const problems = (await world.ledger.problems()).map(({ problem }) => problem)

  world.sandbox.faults.clear()
  for (const name of ['users.create', 'groups'] as const) await world.queue(name).promoteJobs()
  await world.settled()
  await modifyEntry(world.slapd, personDn('user0'), { replace: { telephoneNumber: '7' } })
  await world.step()

  expect(problems).toEqual([
    {
      code: 'ZENDESK_SCOPE_MISSING',
      subject: 'account',
      id: 'acme.scopes',
      what: expect.stringMatching(/lacks the scope write.*waits/),
      todo: expect.stringMatching(/scope/),
    },
  ])
  expect(await world.zendesk.users()).toHaveLength(5)
  expect(await world.ledger.problems()).toEqual([])
  expect((await world.zendesk.requests({ method: 'POST', path: /create_many/ })).map(({ status }) => status)).toEqual([
    403, 200,
  ])
})
