import { html } from './html.ts'
import { layout } from './layout.ts'

/** For a browser that asks for an address that the dashboard does not have. It says nothing that needs a login. */
export function notFoundPage(): string {
  return layout({
    title: 'No such page',
    person: null,
    body: html`<div class="empty">
      <h1>No such page</h1>
      <p><a href="/board/">Queues</a> · <a href="/problems">Problems</a> · <a href="/held">Held changes</a></p>
    </div>`,
  })
}
