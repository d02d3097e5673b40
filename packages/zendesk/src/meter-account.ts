import type { Metrics } from '@provisioner/shared/metrics/metrics.ts'
import type { OpenAccount } from './open-account.ts'

/** Accounts by name. */
type Accounts = ReadonlyMap<string, Pick<OpenAccount, 'onExchange' | 'budget'>>

/** Counts and times the requests that this process sends. Of one without an answer the status is `none`. */
export function meterRequests(metrics: Metrics, accounts: Accounts): void {
  const requests = metrics.counter(
    'provisioner_zendesk_requests_total',
    'Requests to Zendesk by endpoint, where {id} stands for every number, and status; 429 is its limit',
    ['account', 'method', 'route', 'status'],
  )
  const durations = metrics.histogram(
    'provisioner_zendesk_request_duration_seconds',
    'How long Zendesk took to answer, without the wait for the budget',
    ['account', 'method'],
  )
  for (const [account, { onExchange }] of accounts)
    onExchange(({ method, route, status, ms }) => {
      requests.inc({ account, method, route, status: String(status ?? 'none') })
      durations.observe({ account, method }, ms / 1_000)
    })
}

/** What the account's processes share of Zendesk's limit, as far as its answers told. */
export function meterBudget(metrics: Metrics, accounts: Accounts): void {
  const { gauge, beforeScrape } = metrics.readings()
  const gauges = {
    limit: gauge('provisioner_zendesk_limit_per_minute', 'Requests a minute that Zendesk grants the account', [
      'account',
    ]),
    rate: gauge('provisioner_zendesk_rate_per_minute', 'Requests a minute that we may send at the moment', ['account']),
    others: gauge(
      'provisioner_zendesk_others_per_minute',
      'Requests a minute that the account’s other integrations take, as far as we can tell',
      ['account'],
    ),
    jobStatuses: gauge('provisioner_zendesk_job_statuses', 'Bulk writes under way, by whose they are', [
      'account',
      'of',
    ]),
    paused: gauge('provisioner_zendesk_paused_seconds', 'How long Zendesk asks us to wait, by what for', [
      'account',
      'scope',
    ]),
  }
  beforeScrape(async () => {
    for (const [account, { budget }] of accounts) {
      const { limit, ratePerMinute, othersPerMinute, jobSlots, pauses } = await budget.snapshot()
      gauges.limit.set({ account }, limit)
      gauges.rate.set({ account }, ratePerMinute)
      gauges.others.set({ account }, othersPerMinute)
      gauges.jobStatuses.set({ account, of: 'us' }, jobSlots.taken)
      gauges.jobStatuses.set({ account, of: 'others' }, jobSlots.others)
      // a pause of one user would be a series of its own for each
      for (const [scope, ms] of Object.entries(pauses))
        if (!scope.startsWith('user:')) gauges.paused.set({ account, scope }, ms / 1_000)
    }
  })
}
