import type { Person } from '../access/person.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** Seconds after which the page looks again. */
const RELOAD_AFTER = 5

/** What becomes of the work, as people can rely on it. */
export const AFTERWARDS =
  'The producer and the workers go on when it is back; without an append-only file it may have forgotten the last minutes.'

/** Stands in for every page that needs Redis while it is away. */
export function unavailablePage(person: Person | null): string {
  return layout({
    title: 'Redis is away',
    person,
    reloadAfter: RELOAD_AFTER,
    body: html`<div class="empty" role="status">
      <h1>Redis is not reachable</h1>
      <p>${AFTERWARDS} This page looks again every ${RELOAD_AFTER} seconds.</p>
    </div>`,
  })
}
