import type { Person } from '../access/person.ts'
import type { ListedHeldChange } from '../current-troubles.ts'
import { countBy, filterForm } from './filter-form.ts'
import { breakable, html, type Html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './time.ts'

/** Rows on one page: see `problems-page.ts`. */
const MAX_ROWS = 500

export interface HeldPage {
  readonly person: Person | null
  readonly held: readonly ListedHeldChange[]
  /** Empty for all. */
  readonly operation: string
  readonly connection: string
  readonly now: number
}

/** What the guard keeps back until an admin approves it. */
export function heldPage({ person, held, operation, connection, now }: HeldPage): string {
  const ofConnection = held.filter((h) => connection === '' || h.connection === connection)
  const shown = ofConnection.filter((h) => operation === '' || h.operation === operation)
  const filters = filterForm('/held', [
    { name: 'operation', label: 'Change', chosen: operation, counts: countBy(ofConnection, (h) => h.operation) },
    { name: 'connection', label: 'Connection', chosen: connection, counts: countBy(held, (h) => h.connection) },
  ])
  return layout({
    title: 'Held changes',
    person,
    place: '/held',
    body: html`<div class="title">
        <h1>Held changes</h1>
        ${held.length > 0 && html`<p>${held.length} kept back by the guard</p>`}
      </div>
      ${held.length > 0 ? html`${filters}${table(shown.slice(0, MAX_ROWS), now)}` : NONE}
      ${shown.length > MAX_ROWS && html`<p class="note">The oldest ${MAX_ROWS} of ${shown.length} are shown.</p>`}`,
  })
}

const NONE = html`<div class="empty">
  <h2>Nothing is held</h2>
  <p>
    Removals beyond the guard's limits wait here for an admin's approval, so that a broken directory never passes for
    "everybody left".
  </p>
</div>`

const DECISIONS = {
  approved: 'approved, with the next cycle',
  rejected: 'rejected',
} as const

function table(rows: readonly ListedHeldChange[], now: number): Html {
  return html`<div class="scroll">
    <table>
      <caption class="hidden">
        Held changes, the oldest first
      </caption>
      <thead>
        <tr>
          <th scope="col">Change</th>
          <th scope="col">Who or what</th>
          <th scope="col">Why</th>
          <th scope="col">Decision</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (h) =>
            html`<tr>
              <td><span class="kind">${h.operation}</span></td>
              <td>
                ${h.label}
                <p class="dn">${breakable(h.dn)}</p>
                <p class="muted">${h.connection}</p>
              </td>
              <td>${h.cause}</td>
              <td>${h.decision ? DECISIONS[h.decision.decision] : 'waits for approval'}</td>
              <td class="when">${ago(h.since, now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
