import type { Person } from '../access/person.ts'
import { html, type Html } from './html.ts'

const PLACES = [
  ['/board/', 'Queues'],
  ['/problems', 'Problems'],
  ['/held', 'Held changes'],
] as const

export interface Page {
  readonly title: string
  /** Who looks at it; null before the login. */
  readonly person: Person | null
  /** The path of the place that the page is, for the navigation. */
  readonly place?: string
  /** Reload after so many seconds. */
  readonly reloadAfter?: number
  readonly body: Html
}

/** The frame of each of our own pages. They need no script. */
export function layout({ title, person, place, reloadAfter, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${reloadAfter !== undefined && html`<meta http-equiv="refresh" content="${reloadAfter}" />`}
        <title>${title} · Zendesk Provisioner</title>
        <link rel="icon" type="image/svg+xml" href="/assets/logo.svg" />
        <link rel="stylesheet" href="/assets/theme.css" />
        <link rel="stylesheet" href="/assets/pages.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${person?.by === 'open' && OPEN_NOTE} ${person !== null && header(person, place)}
        <main id="main">${body}</main>
      </body>
    </html> `.text
}

const OPEN_NOTE = html`<p class="note open" role="note">
  <strong>No login is set up.</strong> Everybody on this machine is an operator; other machines are kept out. Set
  <code>DASHBOARD_OPERATOR</code> to change that.
</p>`

function header(person: Person, place: string | undefined): Html {
  return html`<header>
    <a class="brand" href="/"><img src="/assets/logo.svg" alt="" width="28" height="28" />Zendesk Provisioner</a>
    <nav aria-label="Pages">
      ${PLACES.map(([path, name]) => html`<a href="${path}" ${path === place && html` aria-current="page"`}>${name}</a>`)}
    </nav>
    ${
      person.by === 'session' &&
      html`<form class="account" method="post" action="/logout">
        <span>${person.name}${person.name !== person.role && html` <span class="role">${person.role}</span>`}</span>
        <button type="submit" class="quiet">Log out</button>
      </form>`
    }
  </header>`
}
