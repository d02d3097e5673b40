import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startDashboard } from '@provisioner/dashboard/dashboard.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { chromiumPath, openBrowser } from '../fixtures/open-browser.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe.skipIf(!chromiumPath)('the dashboard', () => {
  it('retries a failed job with full attempts, and Zendesk gets the newest of three values', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()
    await world.fault({ method: 'PUT', path: '/api/v2/users/\\d+', kind: '422', times: 1 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'two' } })
    await world.step()
    const [failed] = await world.queue('users.update').getFailed()
    await world.queue('users.update').pause()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'three' } })
    await world.cycle()
    await using dashboard = await startDashboard({
      config: world.config,
      host: '127.0.0.1',
      port: 0,
      credentials: [{ role: 'operator', name: 'olga', password: 'a-password' }],
      log: createLogger({ name: 'dashboard', level: 'silent' }),
    })
    await using browser = await openBrowser(dashboard.url)
    const { page } = browser

    await page.goto('/board/queue/staff.users.update?status=failed')
    await page.getByLabel('User').fill('olga')
    await page.getByLabel('Password').fill('a-password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('update user · ada@example.org').waitFor()
    await page.locator('li:has(.lucide-rotate-cw, .lucide-refresh-cw) button').first().click()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await until(
      async () => (await failed!.getState()) !== 'failed',
      10_000,
      () => 'the job is still failed',
    )
    await world.queue('users.update').resume()
    await world.settled()

    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('three')
    expect(await world.queue('users.update').getFailedCount()).toBe(0)
  })
})
