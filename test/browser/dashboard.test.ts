import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { describe, expect, it, vi } from 'vitest'
import { chromiumPath, openBrowser } from '../fixtures/open-browser.ts'
import { OPERATOR, startTestDashboard, VIEWER, type TestDashboard } from '../fixtures/start-test-dashboard.ts'
import { STAFF } from '../fixtures/staff.ts'

const TIMEOUT = 60_000

describe.skipIf(!chromiumPath)('the dashboard in a browser', () => {
  it(
    'lets an operator log in, find a failed job and retry it until it completes',
    async () => {
      await using dashboard = await startTestDashboard()
      const job = await failedJob(dashboard)
      await using browser = await openBrowser(dashboard.url)
      const { page, complaints } = browser

      await page.goto('/')
      await logIn(page, OPERATOR)
      const tree = page.getByRole('complementary')
      for (const name of ['staff', 'users', 'memberships', 'partners'])
        await tree.getByText(name, { exact: true }).first().waitFor()
      await tree.getByText('update', { exact: true }).first().click()
      await page.getByRole('link', { name: /^Failed/i }).click()
      await page.getByText('update user · jo@acme.com').waitFor()
      await page.getByText("Phone: '12' is not a valid number").first().waitFor()

      dashboard.worker('users.update', async () => ({ outcome: 'applied' }))
      await page.locator('li:has(.lucide-rotate-cw, .lucide-refresh-cw) button').first().click()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await vi.waitFor(async () => expect(await job.getState()).toBe('completed'), 10_000)
      await page.getByRole('link', { name: /^Completed/i }).click()
      await page.getByText('update user · jo@acme.com').waitFor()

      expect(
        await page.locator('li:has(.lucide-files), li:has(.lucide-pencil)').filter({ visible: true }).count(),
      ).toBe(0)
      expect(complaints).toEqual([])
    },
    TIMEOUT,
  )

  it(
    'shows a viewer the failed job, the ways to the other pages on a phone too, and no way to touch it',
    async () => {
      await using dashboard = await startTestDashboard()
      await failedJob(dashboard)
      await using browser = await openBrowser(dashboard.url, { viewport: { width: 390, height: 844 } })
      const { page } = browser

      await page.goto('/board/queue/staff.users.update?status=failed')
      await logIn(page, VIEWER)
      await page.getByText('update user · jo@acme.com').waitFor()
      for (const name of ['Problems', 'Held changes', 'What to do, and 3 more'])
        await page.getByRole('link', { name, exact: true }).waitFor()
      for (const name of ['Full screen', 'Settings', 'Pages, account and log out'])
        await page.getByRole('button', { name }).waitFor()

      expect(await page.locator('[class*=jobActions]').count()).toBe(0)
      expect(await page.getByText('Retry all').count()).toBe(0)
    },
    TIMEOUT,
  )

  it(
    'sends an open board to the login when its session ends',
    async () => {
      await using dashboard = await startTestDashboard()
      await using browser = await openBrowser(dashboard.url)
      const { page } = browser
      await page.goto('/board/')
      await logIn(page, OPERATOR)
      await page.getByRole('complementary').getByText('partners').waitFor()

      await page.context().clearCookies()

      await page.waitForURL('**/login?next=%2Fboard%2F', { timeout: 15_000 })
    },
    TIMEOUT,
  )

  it(
    'shows the problems and logs out, all without a script',
    async () => {
      await using dashboard = await startTestDashboard()
      await new WriteProblems(dashboard.redis, STAFF).report(
        {
          code: 'PHONE_INVALID',
          subject: 'user',
          id: '1',
          attribute: 'phone',
          what: "'12' is no number",
          todo: 'Correct it',
        },
        Date.now(),
      )
      await using browser = await openBrowser(dashboard.url, { javaScriptEnabled: false })
      const { page, complaints } = browser
      await page.goto('/problems')
      await logIn(page, OPERATOR)

      await page.getByLabel('Code').selectOption('PHONE_INVALID')
      await page.getByRole('button', { name: 'Filter' }).click()
      expect(await page.getByRole('row').allTextContents()).toEqual([
        expect.anything(),
        expect.stringContaining("'12' is no number"),
      ])
      await page.getByRole('button', { name: 'Log out' }).click()

      expect(new URL(page.url()).pathname).toBe('/login')
      expect(complaints).toEqual([])
    },
    TIMEOUT,
  )
})

type Page = Awaited<ReturnType<typeof openBrowser>>['page']

async function logIn(page: Page, who: { name: string; password: string }): Promise<void> {
  await page.getByLabel('User').fill(who.name)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** A job that a worker has just failed for good. */
async function failedJob(dashboard: TestDashboard) {
  const job = await dashboard
    .queue('users.update')
    .add(
      'update user',
      { what: 'jo@acme.com', changed: ['phone'] },
      { jobId: 'staff.user.3f2a9c10.1790000000000', attempts: 1, stackTraceLimit: 1 },
    )
  const worker = dashboard.worker('users.update', async () => {
    throw new Error("Phone: '12' is not a valid number")
  })
  await vi.waitFor(async () => expect(await job.getState()).toBe('failed'), 5_000)
  await worker.close()
  return job
}
