import { IN_FLIGHT_LIMIT, showJob, type JobItem, type JobType } from '../jobs/job-statuses.ts'
import { readList } from './pages.ts'
import type { Answer, Call, Route } from './route.ts'

const area = 'job_statuses'

export const jobRoutes: readonly Route[] = [
  { method: 'GET', path: '/job_statuses', area, run: list },
  { method: 'GET', path: '/job_statuses/show_many', area, run: showMany },
  {
    method: 'GET',
    path: '/job_statuses/:id',
    area,
    run: ({ jobs, params }) => ({ status: 200, body: { job_status: showJob(jobs.get(params['id']!)) } }),
  },
]

/** Zendesk answers 200, not 202. */
export function startJob(call: Call, type: JobType, action: string, items: readonly JobItem[]): Answer {
  const job = call.jobs.start(type, action, items, call.fate)
  const remaining = IN_FLIGHT_LIMIT - call.jobs.inFlight().length
  return {
    status: 200,
    body: { job_status: showJob(job) },
    headers: { 'zendesk-ratelimit-inflight-jobs': `total=${IN_FLIGHT_LIMIT}; remaining=${remaining}; resets=60` },
  }
}

/** Unknown and forgotten ones are left out. */
function showMany({ jobs, query }: Call): Answer {
  const found = readList(query['ids'] ?? '').flatMap((id) => jobs.find(id) ?? [])
  const job_statuses = found.map(showJob)
  return { status: 200, body: { job_statuses, next_page: null, previous_page: null, count: job_statuses.length } }
}

/** The last 100. The cursor is the last id of the page before. */
function list({ jobs, query, account }: Call): Answer {
  const size = Math.min(100, Number(query['page[size]'] ?? 100) || 100)
  const recent = jobs.all().slice(0, 100)
  const from = recent.findIndex((job) => job.id === query['page[after]']) + 1
  const page = recent.slice(from, from + size)
  const meta = {
    has_more: from + size < recent.length,
    after_cursor: page.at(-1)?.id ?? null,
    before_cursor: page[0]?.id ?? null,
  }
  const next = `${account.origin}/api/v2/job_statuses.json?page%5Bafter%5D=${meta.after_cursor}&page%5Bsize%5D=${size}`
  return { status: 200, body: { job_statuses: page.map(showJob), meta, links: { prev: null, next } } }
}
