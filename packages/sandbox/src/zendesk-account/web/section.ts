import { html, type Html } from './html.ts'

interface Section {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly columns: readonly string[]
  readonly rows: readonly Html[]
  /** What stands in place of no rows. */
  readonly empty: string
}

/** A table under a heading; the page refreshes both. */
export function section({ id, title, note, columns, rows, empty }: Section): Html {
  const table = html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th>${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
  return html`<section id="${id}">
    <h2 data-part="${id}-title">${title}<small>${note}</small></h2>
    <div class="scroll" data-part="${id}">${rows.length > 0 ? table : html`<div class="empty">${empty}</div>`}</div>
  </section>`
}

export function pill(text: string, tone = ''): Html {
  return html`<span class="pill ${tone}">${text}</span>`
}
