import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser } from '../fixtures/open-browser.ts'
import { OPERATOR, startTestDashboard } from '../fixtures/start-test-dashboard.ts'
import { STAFF } from '../fixtures/staff.ts'

describe.skipIf(!chromiumPath)('the held changes in a browser', () => {
  it.each([
    ['phone', { width: 390, height: 844 }],
    ['desktop', { width: 1280, height: 800 }],
  ])('show the decision and its reason within the width of a %s', async (_name, viewport) => {
    await using dashboard = await startTestDashboard()
    const { held, decisions } = connectionKeys(STAFF)
    const change = {
      key: 'user|1',
      category: 'users',
      operation: 'suspend user',
      dn: 'uid=vogel,ou=people,ou=berlin,dc=corp,dc=acme,dc=example,dc=com',
      label: 'somebody.with.a.long.name@acme.example.com',
      cause: 'deleted',
      print: 'p',
      since: Date.now(),
    }
    const decision = { decision: 'rejected', print: 'p', by: 'ada@admin', at: Date.now(), reason: 'on parental leave' }
    await dashboard.redis.hset(held, change.key, JSON.stringify(change))
    await dashboard.redis.hset(decisions, change.key, JSON.stringify(decision))
    await using browser = await openBrowser(dashboard.url, { viewport })
    const { page, complaints } = browser

    await page.goto('/held')
    await page.getByLabel('User').fill(OPERATOR.name)
    await page.getByLabel('Password').fill(OPERATOR.password)
    await page.getByRole('button', { name: 'Log in' }).click()
    const box = await page.getByText('on parental leave').boundingBox()
    const table = page.locator('.scroll')

    expect(box!.x + box!.width).toBeLessThanOrEqual(viewport.width)
    expect(await table.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    expect(complaints).toEqual([])
  })
})
