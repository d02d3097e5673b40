import type { TroublesOfConnection } from '../current-troubles.ts'
import { html, type Html } from './html.ts'

const HEADINGS = { degraded: 'needs a look', stopped: 'stands still' } as const

/** What keeps whole connections from their work: it stands above everything else on a page. */
export function troublesNote(troubled: readonly TroublesOfConnection[]): readonly (Html | false)[] {
  return troubled.map(
    ({ connection, level, troubles }) =>
      level !== 'well' &&
      html`<section class="${`waiting ${level}`}" role="status">
        <h2>${connection} ${HEADINGS[level]}</h2>
        ${troubles.map(
          ({ code, what, todo }) =>
            html`<p><code class="code">${code}</code> ${what}.</p>
              <p class="muted">${todo}.</p>`,
        )}
      </section>`,
  )
}

/** The same in one line, for the board: it leads to the problems. */
export function troublesLine(troubled: readonly TroublesOfConnection[]): Html | false {
  if (troubled.length === 0) return false
  const each = troubled.map(
    ({ connection, troubles }) => `${connection}: ${troubles.map(({ code }) => code).join(', ')}`,
  )
  const stopped = troubled.some(({ level }) => level === 'stopped')
  return html`<a class="${`troubles ${stopped ? 'stopped' : 'degraded'}`}" href="/problems" role="status"
    >${each.join(' · ')}</a
  >`
}
