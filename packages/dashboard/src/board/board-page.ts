import type { TroublesOfConnection } from '../current-troubles.ts'
import { html } from '../pages/html.ts'
import { troublesLine } from '../pages/troubles-note.ts'

const STYLE = '<link href="/assets/board.css" rel="stylesheet">'
const SCRIPT = '<script src="/assets/board.js"></script>'
const PLACES = html`<nav class="places" aria-label="Pages">
  <a href="/problems">Problems</a><a href="/held">Held changes</a>
</nav>`

/**
 * Bull Board's page with our style sheet, script and links, and what keeps connections from their work. The style sheet takes the place of fonts from Google: what
 * people look at here is nobody else's business, and the content security policy would refuse them anyway.
 */
export function adaptBoardPage(page: string, troubled: readonly TroublesOfConnection[]): string {
  const troubles = troublesLine(troubled)
  return page
    .replace(/<link href="https:\/\/fonts\.googleapis\.com[^>]*>/, '')
    .replace('</head>', `${STYLE}</head>`)
    .replace('<div id="root">', `${SCRIPT}${PLACES.text}${troubles ? troubles.text : ''}<div id="root">`)
}
