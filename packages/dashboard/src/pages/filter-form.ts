import { html, type Html } from './html.ts'

/** Choices of a filter, with how many rows each leaves. */
export interface Filter {
  readonly name: string
  readonly label: string
  readonly chosen: string
  readonly counts: ReadonlyMap<string, number>
}

/** Counts the rows per value of one column, the most frequent first. */
export function countBy<T>(rows: readonly T[], value: (row: T) => string): ReadonlyMap<string, number> {
  const groups = [...Map.groupBy(rows, value)].map(([key, group]) => [key, group.length] as const)
  return new Map(groups.sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])))
}

/** Filters that work without a script: a form that asks for the same page. */
export function filterForm(action: string, filters: readonly Filter[]): Html {
  return html`<form class="filters" method="get" action="${action}" role="search">
    ${filters.map(
      ({ name, label, chosen, counts }) =>
        html`<label
          >${label}
          <select name="${name}">
            <option value="">all</option>
            ${[...withChosen(counts, chosen)].map(([value, count]) => html`<option value="${value}" ${value === chosen && html` selected`}>${value} (${count})</option>`)}
          </select></label
        >`,
    )}
    <button type="submit" class="quiet">Filter</button>
    ${filters.some((filter) => filter.chosen !== '') && html`<a href="${action}">Show all</a>`}
  </form>`
}

/**
 * The counts, with the chosen value among them: a page that was bookmarked may ask for a value that is gone from all
 * rows since.
 */
function withChosen(counts: Filter['counts'], chosen: string): Filter['counts'] {
  return chosen === '' || counts.has(chosen) ? counts : new Map([...counts, [chosen, 0]])
}

/** Stands in for a table of which the filters leave nothing. @param what one of its rows: `problem` */
export function noneChosen(action: string, what: string): Html {
  return html`<div class="empty">
    <h2>No ${what} with this filter</h2>
    <p><a href="${action}">Show all</a></p>
  </div>`
}
