import type { Person } from '../access/person.ts'
import type { ListedProblem, TroublesOfConnection } from '../current-troubles.ts'
import { describeFailing } from '@provisioner/shared/quarantine.ts'
import { countBy, filterForm, noneChosen } from './filter-form.ts'
import { breakable, html, type Html } from './html.ts'
import { layout } from './layout.ts'
import { ago } from './time.ts'
import { otherThan, troublesNote } from './troubles-note.ts'

/** Rows on one page: more than anybody reads, few enough for any browser. */
const MAX_ROWS = 500

export interface ProblemsPage {
  readonly person: Person | null
  /** What is shown first. */
  readonly troubled: readonly TroublesOfConnection[]
  readonly problems: readonly ListedProblem[]
  /** Empty for all. */
  readonly code: string
  readonly connection: string
  readonly now: number
}

/** Everything that is wrong at the moment, with what to do about it: what concerns whole connections first. */
export function problemsPage({ person, troubled, problems: all, code, connection, now }: ProblemsPage): string {
  const problems = otherThan(troubled, all)
  const ofConnection = problems.filter((p) => connection === '' || p.connection === connection)
  const shown = ofConnection.filter((p) => code === '' || p.problem.code === code)
  const filters = filterForm('/problems', [
    { name: 'code', label: 'Code', chosen: code, counts: countBy(ofConnection, (p) => p.problem.code) },
    { name: 'connection', label: 'Connection', chosen: connection, counts: countBy(problems, (p) => p.connection) },
  ])
  return layout({
    title: 'Problems',
    person,
    place: '/problems',
    body: html`<div class="title">
        <h1>Problems</h1>
        <p>${summary(shown.length, problems.length)}</p>
      </div>
      ${troublesNote(troubled)} ${problems.length > 0 && filters}
      ${shown.length > 0 && table(shown.slice(0, MAX_ROWS), now)}
      ${problems.length > 0 && shown.length === 0 && noneChosen('/problems', 'problem')}
      ${problems.length === 0 && troubled.length === 0 && NONE}
      ${shown.length > MAX_ROWS && html`<p class="note">The newest ${MAX_ROWS} of ${shown.length} are shown. Filter by code to see others.</p>`}`,
  })
}

function summary(shown: number, all: number): string {
  if (shown === 0) return ''
  const things = `${all} ${all === 1 ? 'thing needs' : 'things need'} attention`
  return shown === all ? things : `${shown} of ${things}`
}

const NONE = html`<div class="empty">
  <h2>Nothing is wrong</h2>
  <p>
    Problems appear here when an entry of the directory cannot be mapped or Zendesk refuses a change. They go when they
    are solved.
  </p>
</div>`

function table(rows: readonly ListedProblem[], now: number): Html {
  return html`<div class="scroll">
    <table>
      <caption class="hidden">
        Current problems, the newest first
      </caption>
      <thead>
        <tr>
          <th scope="col">Problem</th>
          <th scope="col">Who or what</th>
          <th scope="col">What to do</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ connection, problem, since, failing }) =>
            html`<tr>
              <td>
                <code class="code">${problem.code}</code>
                <p>${problem.what}</p>
                ${failing && html`<p class="muted">${describeFailing(failing, now)}</p>`}
              </td>
              <td>
                <span class="kind">${problem.subject}</span
                >${problem.attribute !== undefined && html` <code>${problem.attribute}</code>`} ${nameOf(problem)}
                <p class="muted">${connection}</p>
              </td>
              <td data-label="What to do">${problem.todo}</td>
              <td class="when" data-label="Since">${ago(since, now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/**
 * The name of the entry; none where the problem is about a connection or an account: their keys are made for us alone.
 */
function nameOf({ subject, dn, id }: ListedProblem['problem']): Html | false {
  const isOpaque = dn === undefined && (subject === 'connection' || subject === 'account')
  return !isOpaque && html`<p class="dn">${breakable(dn ?? id)}</p>`
}
