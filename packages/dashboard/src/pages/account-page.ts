import type { Person } from '../access/person.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

const MAY = {
  operator: 'You may look at everything, retry, promote and remove jobs, and pause, empty and resume queues.',
  viewer: 'You may look at everything and change nothing.',
} as const

/** Who is logged in, and the way out. The board links here, as its links cannot post. */
export function accountPage(person: Person): string {
  return layout({
    title: 'Account',
    person,
    body: html`<h1>${person.by === 'open' ? 'No login' : person.name}</h1>
      <p>${MAY[person.role]}</p>
      ${
        person.by === 'session' &&
        html`<form method="post" action="/logout"><button type="submit">Log out</button></form>`
      }
      <p><a href="/board/">Back to the queues</a></p>`,
  })
}
