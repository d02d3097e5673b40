import type { ZendeskApi } from '../zendesk-parts.ts'
import { html, Html } from './html.ts'
import { groupsSection, usersSection } from './people-sections.ts'
import { STYLE } from './style.ts'
import { ticketsSection } from './tickets-section.ts'
import { jobsSection, mailsSection, requestsSection } from './traffic-sections.ts'

/** The parts are fetched anew every two seconds; what the visitor types and scrolls stays. */
const REFRESH = `
const search = document.querySelector('input')
async function refresh() {
  const query = search.value.trim() === '' ? '' : '?q=' + encodeURIComponent(search.value.trim())
  try {
    const text = await (await fetch('/' + query)).text()
    const fresh = new DOMParser().parseFromString(text, 'text/html')
    for (const part of document.querySelectorAll('[data-part]')) {
      const other = fresh.querySelector('[data-part="' + part.dataset.part + '"]')
      if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML
    }
  } catch { document.title = 'Zendesk sandbox (stopped)' }
}
search.addEventListener('input', refresh)
setInterval(refresh, 2000)
`

/** The account as a page: one look tells what a client has made of it. */
export function renderPage(api: ZendeskApi, search: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Zendesk sandbox</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>Zendesk sandbox</h1>
          <nav>
            <a href="#users">Users</a><a href="#groups">Groups</a><a href="#tickets">Tickets</a
            ><a href="#jobs">Job statuses</a><a href="#mails">Mails</a><a href="#requests">Requests</a>
          </nav>
          <form action="/">
            <input type="search" name="q" value="${search}" placeholder="Search users and groups" autocomplete="off" />
          </form>
        </header>
        <main>
          <div class="tiles" data-part="tiles">${tiles(api)}</div>
          ${usersSection(api.account, search)} ${groupsSection(api.account, search)} ${ticketsSection(api.account)}
          ${requestsSection(api.log)}
          <div class="pair">${jobsSection(api.jobs)} ${mailsSection(api.account)}</div>
        </main>
        <script>
          ${new Html(REFRESH)}
        </script>
      </body>
    </html>`
}

function tiles({ account, jobs, limits, log }: ZendeskApi): Html[] {
  const users = account.users.all().filter((user) => user.active)
  const rate = limits.headers()
  const { plan, bulkImport, clock } = account.settings
  const groups = account.groups.all().filter((group) => !group.deleted)
  return [
    tile(users.length, 'users'),
    tile(users.filter((user) => user.role !== 'end-user').length, 'team members'),
    tile(users.filter((user) => user.suspended).length, 'suspended'),
    tile(groups.length, 'groups'),
    tile(account.memberships.size, 'memberships'),
    tile(`${jobs.inFlight().length} / 30`, 'job statuses in flight'),
    tile(account.mails.length, 'mails sent'),
    tile(log.all.length, 'requests'),
    tile(`${rate['x-rate-limit-remaining']} / ${rate['x-rate-limit']}`, 'left this minute'),
    tile(plan, `bulk import ${bulkImport ? 'on' : 'off'}, clock ${clock}`),
  ]
}

function tile(value: string | number, label: string): Html {
  return html`<div class="tile"><b>${value}</b><span>${label}</span></div>`
}
