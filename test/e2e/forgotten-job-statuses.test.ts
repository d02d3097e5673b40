import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { startRewritingProxy, type RewritingProxy } from '../fixtures/rewriting-proxy.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

it('job statuses that Zendesk never shows cost their jobs an attempt, so that each try waits longer, and are told', async () => {
  let proxy: RewritingProxy | undefined
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    sandbox: { bulkImport: true },
    zendeskUrl: async ({ url }) => (proxy = await startRewritingProxy(url)).url,
  })
  await using _proxy = proxy
  await world.step()
  proxy!.rewrite = ({ path }) =>
    path.includes('/job_statuses') ? { status: 200, body: { job_statuses: [] } } : undefined
  const change = async (phone: string) => {
    for (const uid of ['ada', 'bob'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: phone } })
  }
  await change('7')
  await world.cycle()
  const queue = world.queue('users.update')
  await until(
    async () => (await queue.getJobs()).every((job) => job.attemptsMade === 1) && (await queue.getDelayedCount()) === 2,
    40_000,
    async () => `attempts: ${(await queue.getJobs()).map((job) => job.attemptsMade).join()}`,
  )
  const told = await world.problems('account')
  proxy!.rewrite = () => undefined
  await world.settled()
  await change('8')
  await world.step()

  expect(told.map(({ code }) => code)).toEqual(['JOB_STATUS_FORGOTTEN'])
  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(['8', '8'])
  expect(await world.ledger.pending()).toEqual([])
  expect(await world.problems('account')).toEqual([])
})
