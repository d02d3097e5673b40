import type { ListedProblem, TroublesOfConnection } from '../current-troubles.ts'
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

/** The worst of it in one line, for the board: it leads to the problems. */
export function troublesLine(troubled: readonly TroublesOfConnection[]): Html | false {
  const worst = troubled.find(({ level }) => level === 'stopped') ?? troubled[0]
  const [first] = worst?.troubles ?? []
  if (!worst || !first) return false
  const more = troubled.flatMap(({ troubles }) => troubles).length - 1
  return html`<p class="${`troubles ${worst.level}`}" role="status">
    <span>${worst.connection}: ${first.what}</span>
    <a href="/problems">${more > 0 ? `What to do, and ${more} more` : 'What to do'}</a>
  </p>`
}

/** The problems that the troubles do not tell already. */
export function otherThan(
  troubled: readonly TroublesOfConnection[],
  problems: readonly ListedProblem[],
): readonly ListedProblem[] {
  const told = new Set(troubled.flatMap(({ connection: id, troubles }) => troubles.map((one) => `${id} ${one.code}`)))
  return problems.filter((p) => !told.has(`${p.connection} ${p.problem.code}`))
}
