import { stateOf, type Decision } from '@provisioner/shared/ledger/decision.ts'
import { describeCategory, describeFirstPlan } from '@provisioner/shared/ledger/describe-held.ts'
import { sentences } from '@provisioner/shared/sentence.ts'
import type { Person } from '../access/person.ts'
import type { HeldOfConnection, ListedHeldChange, TroublesOfConnection } from '../current-troubles.ts'
import { countBy, filterForm, noneChosen } from './filter-form.ts'
import { breakable, html, type Html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './time.ts'
import { troublesNote } from './troubles-note.ts'

/** Rows on one page: see `problems-page.ts`. */
const MAX_ROWS = 500

export interface HeldPage {
  readonly person: Person | null
  /** What is shown first. */
  readonly troubled: readonly TroublesOfConnection[]
  readonly connections: readonly HeldOfConnection[]
  /** Empty for all, as the others. */
  readonly category: string
  readonly decision: string
  readonly connection: string
  readonly now: number
}

/**
 * What the guard keeps back until an admin approves it: first plans that wait, how far each category is beyond its
 * limit, each change.
 */
export function heldPage({ person, troubled, connections, category, decision, connection, now }: HeldPage): string {
  const held = connections.flatMap((one) => one.held.map((change) => ({ ...change, connection: one.connection })))
  const ofConnection = held.filter((h) => connection === '' || h.connection === connection)
  const shown = ofConnection
    .filter((h) => (category === '' || h.category === category) && (decision === '' || stateOf(h) === decision))
    .sort((a, b) => a.since - b.since)
  const filters = filterForm('/held', [
    { name: 'category', label: 'Category', chosen: category, counts: countBy(ofConnection, (h) => h.category) },
    { name: 'decision', label: 'Decision', chosen: decision, counts: countBy(ofConnection, stateOf) },
    { name: 'connection', label: 'Connection', chosen: connection, counts: countBy(held, (h) => h.connection) },
  ])
  const toldAbove = connections.some((c) => c.firstPlan || c.isNew || c.unreadable.length > 0)
  const waiting = connections.filter(({ firstPlan }) => firstPlan)
  return layout({
    title: 'Held changes',
    person,
    place: '/held',
    body: html`<div class="title">
        <h1>Held changes</h1>
        ${held.length > 0 && html`<p>${summary(held)}</p>`}
      </div>
      ${troublesNote(withoutFirstPlans(troubled))} ${waiting.map(firstPlanNote)}
      ${connections.filter(({ isNew }) => isNew).map(newNote)}
      ${connections.filter(({ unreadable }) => unreadable.length > 0).map(unreadableNote)}
      ${held.length > 0 && html`${limits(connections)}${filters}`}
      ${shown.length > 0 && table(shown.slice(0, MAX_ROWS), now)}
      ${held.length > 0 && shown.length === 0 && noneChosen('/held', 'held change')}
      ${held.length === 0 && !toldAbove && NONE}
      ${shown.length > MAX_ROWS && html`<p class="note">The oldest ${MAX_ROWS} of ${shown.length} are shown.</p>`}`,
  })
}

const NONE = html`<div class="empty">
  <h2>Nothing is held</h2>
  <p>
    Removals, grants and mass changes beyond the guard's limits wait here for an admin's approval, so that a broken
    directory never passes for "everybody left".
  </p>
</div>`

function summary(held: readonly ListedHeldChange[]): string {
  const open = held.filter((change) => stateOf(change) === 'undecided').length
  return `${held.length} kept back by the guard, ${open} of them undecided`
}

function newNote({ connection }: HeldOfConnection): Html {
  return html`<section class="waiting">
    <h2>${connection} has no plan yet</h2>
    <p>No cycle has ended: what will be held, nobody knows before the first one has.</p>
  </section>`
}

function unreadableNote({ connection, unreadable }: HeldOfConnection): Html {
  return html`<section class="waiting">
    <h2>Some of ${connection} can't be read, and is missing here</h2>
    <ul>
      ${unreadable.map(({ code, what, todo }) => html`<li><code class="code">${code}</code> ${sentences({ what, todo })}</li>`)}
    </ul>
  </section>`
}

/** A first plan that waits has a note of its own here. */
function withoutFirstPlans(troubled: readonly TroublesOfConnection[]): TroublesOfConnection[] {
  return troubled
    .map((one) => ({ ...one, troubles: one.troubles.filter(({ code }) => code !== 'FIRST_PLAN_WAITS') }))
    .filter(({ troubles }) => troubles.length > 0)
}

function firstPlanNote({ connection, firstPlan }: HeldOfConnection): Html | false {
  if (!firstPlan) return false
  return html`<section class="waiting">
    <h2>The first plan of ${connection} waits for approval</h2>
    <p>${describeFirstPlan(firstPlan)}</p>
    <p>
      Look at it with <code>provisioner plan ${connection}</code>, then <code>provisioner approve ${connection}</code>.
    </p>
  </section>`
}

/** Of each connection that holds anything: how many of each category, how far beyond the limit, and how to decide. */
function limits(connections: readonly HeldOfConnection[]): Html {
  return html`<section class="limits">
    ${connections
      .filter(({ held }) => held.length > 0)
      .map(
        ({ connection, held, measures }) =>
          html`<div>
            <h2>${connection}</h2>
            <ul>
              ${[...countBy(held, (change) => change.category)].map(
                ([category, count]) => html`<li>${describeCategory(category, count, measures[category])}</li>`,
              )}
            </ul>
            <p class="muted">
              <code>provisioner approve ${connection}</code> or <code>reject</code>, with <code>--only CATEGORY</code>,
              <code>--matching TEXT</code>
            </p>
          </div>`,
      )}
  </section>`
}

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
          <th scope="col">Held since</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (h) =>
            html`<tr>
              <td>
                <span class="kind">${h.operation}</span>
                <p class="muted">${h.category}</p>
              </td>
              <td>
                ${h.label}
                <p class="dn">${breakable(h.dn)}</p>
                <p class="muted">${h.connection}</p>
              </td>
              <td data-label="Why">${h.cause}</td>
              <td data-label="Decision">${h.decision ? decided(h.decision, now) : 'waits for approval'}</td>
              <td class="when" data-label="Held since">${ago(h.since, now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function decided({ decision, by, at, reason }: Decision, now: number): Html {
  return html`<strong>${decision === 'approved' ? 'approved, for the next cycle' : decision}</strong>
    ${reason !== undefined && html`<p>${reason}</p>`}
    <p class="muted">${by}, ${ago(at, now)}</p>`
}
