import type { HeldOfConnection, ListedProblem, TroublesOfConnection } from '../current-troubles.ts'
import { html, type Html } from '../pages/html.ts'
import { otherThan, troublesLine } from '../pages/troubles-note.ts'

const STYLE = '<link href="/assets/board.css" rel="stylesheet">'
const SCRIPT = '<script src="/assets/board.js"></script>'

/**
 * Bull Board's page with our style sheet, script and links, and what keeps connections from their work. The style sheet
 * takes the place of fonts from Google: what people look at here is nobody else's business, and the content security
 * policy would refuse them anyway.
 */
export function adaptBoardPage(
  page: string,
  troubled: readonly TroublesOfConnection[],
  problems: readonly ListedProblem[],
  held: readonly HeldOfConnection[],
): string {
  return page
    .replace(/<link href="https:\/\/fonts\.googleapis\.com[^>]*>/, '')
    .replace('</head>', () => `${STYLE}</head>`)
    .replace('<div id="root">', () => `${SCRIPT}${places(troubled, problems, held).text}<div id="root">`)
}

/** Our pages and the first trouble, along the lower edge: there is room for them on every page and every screen. */
function places(
  troubled: readonly TroublesOfConnection[],
  problems: readonly ListedProblem[],
  held: readonly HeldOfConnection[],
): Html {
  const { length } = otherThan(troubled, problems)
  const undecided = held.flatMap((one) => one.held.filter(({ decision }) => !decision)).length
  return html`<div class="places">
    <nav aria-label="Pages">
      <a href="/problems">Problems${length > 0 && html` <span class="count">${length}</span>`}</a
      ><a href="/held">Held changes${undecided > 0 && html` <span class="count">${undecided}</span>`}</a>
    </nav>
    ${troublesLine(troubled)}
  </div>`
}
