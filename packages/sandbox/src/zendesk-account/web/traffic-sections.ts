import type { Account } from '../account.ts'
import { progressOf, type Job, type JobStatuses } from '../jobs/job-statuses.ts'
import type { LoggedRequest, RequestLog } from '../request-log.ts'
import { html, type Html } from './html.ts'
import { pill, section } from './section.ts'

const SHOWN = 100

export function jobsSection(jobs: JobStatuses): Html {
  const all = jobs.all()
  return section({
    id: 'jobs',
    title: 'Job statuses',
    note: `${jobs.inFlight().length} queued or working`,
    columns: ['Asked', 'What', 'Status', 'Items', 'Failed', 'Message'],
    rows: all.slice(0, SHOWN).map(jobRow),
    empty: 'No bulk call has been made.',
  })
}

export function mailsSection({ mails }: Account): Html {
  return section({
    id: 'mails',
    title: 'Mails',
    note: `${mails.length} sent`,
    columns: ['Sent', 'To', 'What'],
    rows: mails
      .slice(-SHOWN)
      .reverse()
      .map(
        ({ at, to, kind }) =>
          html`<tr>
            <td class="num">${at}</td>
            <td>${to}</td>
            <td>${kind}</td>
          </tr>`,
      ),
    empty: 'Zendesk has mailed nobody.',
  })
}

export function requestsSection({ all }: RequestLog): Html {
  return section({
    id: 'requests',
    title: 'Last requests',
    note: `${all.length} in all`,
    columns: ['At', 'Method', 'Path', 'Status', 'Took', 'Body'],
    rows: all.slice(-SHOWN).reverse().map(requestRow),
    empty: 'Nobody has asked for anything.',
  })
}

function jobRow(job: Job): Html {
  const failed = job.results.filter((result) => 'error' in result).length
  const progress = progressOf(job)
  const tone = { completed: failed > 0 ? 'warn' : 'good', failed: 'bad', queued: 'plain', working: '' }[job.status]
  return html`<tr>
    <td class="num">${clock(job.createdAt)}</td>
    <td>${job.action}</td>
    <td>${pill(job.status, tone)}</td>
    <td class="num">${progress ?? 0} / ${job.items.length}</td>
    <td class="num">${failed > 0 ? pill(String(failed), 'bad') : 0}</td>
    <td class="soft">${job.message}</td>
  </tr>`
}

function requestRow({ at, method, path, query, status, took, body, fault }: LoggedRequest): Html {
  const asked = new URLSearchParams(query).toString()
  const tone = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'
  return html`<tr>
    <td class="num">${at.slice(11, 23)}</td>
    <td>${method}</td>
    <td class="wide"><code>${path}${asked && `?${cut(decodeURIComponent(asked), 70)}`}</code></td>
    <td>${pill(status === 0 ? 'no answer' : String(status), tone)} ${fault && pill(fault, 'plain')}</td>
    <td class="num">${took} ms</td>
    <td class="wide"><code>${body === null ? '' : cut(JSON.stringify(body), 130)}</code></td>
  </tr>`
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}
