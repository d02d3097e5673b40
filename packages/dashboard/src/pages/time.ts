import { html, type Html } from './html.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long ago, with the exact time on hovering. @param then, now ms since the epoch */
export function ago(then: number, now: number): Html {
  const iso = new Date(then).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${inWords(Math.max(0, now - then))}</time>`
}

function inWords(ms: number): string {
  if (ms < MINUTE) return 'just now'
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}
