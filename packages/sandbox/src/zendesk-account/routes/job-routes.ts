import { IN_FLIGHT_LIMIT, showJob, type JobItem, type JobType } from '../jobs/job-statuses.ts'
import { linkTo, readList } from './pages.ts'
import type { Answer, Call, Route } from './route.ts'

const area = 'job_statuses'

export const jobRoutes: readonly Route[] = [
  { method: 'GET', path: '/job_statuses', area, run: list },
  { method: 'GET', path: '/job_statuses/show_many', area, run: showMany },
  {
    method: 'GET',
    path: '/job_statuses/:id',
    area,
    run: ({ account, jobs, params }) => ({
      status: 200,
      body: { job_status: showJob(account, jobs.get(params['id']!)) },
    }),
  },
]

/** Zendesk answers 200, not 202. */
export function startJob(call: Call, type: JobType, action: string, items: readonly JobItem[]): Answer {
  const job = call.jobs.start(type, action, items, call.fate)
  const remaining = IN_FLIGHT_LIMIT - call.jobs.inFlight().length
  return {
    status: 200,
    body: { job_status: showJob(call.account, job) },
    headers: { 'zendesk-ratelimit-inflight-jobs': `total=${IN_FLIGHT_LIMIT}; remaining=${remaining}; resets=60` },
  }
}

/** Unknown and forgotten ones are left out. */
function showMany({ account, jobs, query }: Call): Answer {
  const found = readList(query['ids'] ?? '').flatMap((id) => jobs.find(id) ?? [])
  const job_statuses = found.map((job) => showJob(account, job))
  return { status: 200, body: { job_statuses, next_page: null, previous_page: null, count: job_statuses.length } }
}

/** The last 100. The cursor is the last id of the page before. */
function list(call: Call): Answer {
  const { jobs, query, account } = call
  const size = Math.min(100, Number(query['page[size]'] ?? 100) || 100)
  const recent = jobs.all().slice(0, 100)
  const from = recent.findIndex((job) => job.id === query['page[after]']) + 1
  const page = recent.slice(from, from + size)
  const meta = {
    has_more: from + size < recent.length,
    after_cursor: page.at(-1)?.id ?? null,
    before_cursor: page[0]?.id ?? null,
  }
  const next = linkTo(call, 'job_statuses', { 'page[after]': String(meta.after_cursor), 'page[size]': size })
  return {
    status: 200,
    body: { job_statuses: page.map((job) => showJob(account, job)), meta, links: { prev: null, next } },
  }
}
