import Table from 'cli-table3'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import { PRESENCE } from '@provisioner/shared/ledger/undone.ts'
import { countBy } from '../../cycle/cycle-plan.ts'
import type { Forecast } from './forecast.ts'
import { listHeld } from '../list-held.ts'
import { WAITING } from './change-source.ts'
import type { LeftOut, Step, WayBack } from './way-back.ts'

/** Things that are listed before the rest is only counted. */
const LISTED = 50

/** The longest value that is shown whole, characters. */
const LONGEST = 40

/** What is put back, as a table of old and new; then what is to be known of it, and what is left out. */
export function describeWayBack({ steps, leftOut }: WayBack, all: boolean): string[] {
  const most = all ? Infinity : LISTED
  return [
    ...(steps.length > 0 ? [tableOf(steps.slice(0, most))] : []),
    ...more(steps.length, most),
    ...notesOf(steps),
    ...describeLeftOut(leftOut, most),
  ]
}

function tableOf(steps: readonly Step[]): string {
  const table = new Table({
    head: ['change', 'of', 'what', 'now', 'back to'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left', 'left', 'left', 'left'],
  })
  for (const { change, label, name, now, back } of steps)
    table.push([numberOf(change), label, name === PRESENCE ? 'status' : name, shown(name, now), shown(name, back)])
  return table.toString()
}

function numberOf(change: number): string {
  return change < WAITING ? String(change) : 'waits'
}

/** A value for people. Of what is there or not, in words. */
export function shown(name: string, value: AttributeValue): string {
  if (name === PRESENCE) return value === 'deleted' ? 'not there' : String(value)
  const text = value === null ? '(empty)' : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}

function more(count: number, most: number): string[] {
  return count > most ? [`… and ${count - most} more (--all)`] : []
}

/** Each note once, with how many it is about. */
function notesOf(steps: readonly Step[]): string[] {
  const noted = steps.filter(({ note }) => note !== undefined)
  return [...Map.groupBy(noted, ({ note }) => note!)].map(([note, some]) => `${named(some)}: ${note}.`)
}

function named(some: readonly { readonly label: string }[]): string {
  const labels = [...new Set(some.map(({ label }) => label))]
  return labels.length <= 3 ? labels.join(', ') : `${labels.slice(0, 3).join(', ')} and ${labels.length - 3} more`
}

function describeLeftOut(leftOut: readonly LeftOut[], most: number): string[] {
  if (leftOut.length === 0) return []
  const lines = leftOut
    .slice(0, most)
    .map(({ change, label, name, why }) => `  ${numberOf(change)}  ${label}  ${name}: ${why}`)
  return ['Left out:', ...lines, ...more(leftOut.length, most)]
}

/** What the next cycle will do of it. */
export function describeForecast({ released, held, measures, still }: Forecast, connection: string): string[] {
  const counts = Object.entries(countBy(released, ({ operation }) => operation))
  const next = counts.map(([operation, count]) => `${count} ${operation}`).join(', ')
  return [
    counts.length > 0 ? `The next cycle: ${next}.` : 'The next cycle releases nothing of it.',
    ...(held.length > 0 ? [...describeHeld(held, measures), `They wait for 'provisioner approve ${connection}'.`] : []),
    ...still.map(({ label, why }) => `${label}: ${why}.`),
  ]
}

function describeHeld(held: readonly DecidedChange[], measures: Forecast['measures']): string[] {
  return ['Held by the guard:', ...listHeld(held, measures, LISTED)]
}
